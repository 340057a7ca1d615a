import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNoSidewaysScroll, measureLoad, printLoad, signIn, submitSignIn, test } from './fixtures';
import type { Server } from './fixtures';

// A first start: nobody chose a password, so one was printed.
test.use({ serverOptions: {} });

const everywhere = { tag: ['@phone', '@postgres'] };

test.describe('the printed password', everywhere, () => {
  test('signs in before any WebAssembly has come, and opens only the page that replaces it', async ({ page, server, errors }) => {
    errors.allow(/ERR_FAILED|Failed to fetch|dynamically imported/);
    await page.route('**/*.wasm', (route) => route.abort());
    await signsInAndOut(page, server);
  });

  test.describe(() => {
    test.use({ javaScriptEnabled: false });

    test('signs in without JavaScript', async ({ page, server }) => {
      await signsInAndOut(page, server);
    });
  });

  async function signsInAndOut(page: Page, server: Server) {
    const [admin] = await server.printedAccounts();
    expect(admin?.username).toBe('admin');

    await signIn(page, admin!.username, admin!.password);
    await expect(page).toHaveURL('/me');

    await page.goto('/users');
    await expect(page, 'until the password is replaced, every page leads to /me').toHaveURL('/me');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await page.goto('/me');
    await expect(page, 'signed out').toHaveURL(/\/sign-in/);
  }
});

test('a wrong password is refused, says so and keeps the username', everywhere, async ({ page }) => {
  await page.goto('/sign-in');
  expect(await submitSignIn(page, 'admin', 'not the printed password')).toBe(401);

  await expect(page.getByRole('alert')).toContainText(/password/i);
  await expect(page.getByLabel('Username', { exact: true })).toHaveValue('admin');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the sign-in page is accessible in ${colorScheme} mode`, { tag: '@phone' }, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('/sign-in');
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
}

test('the sign-in page loads at most 30 KB, none of it WebAssembly', async ({ page }) => {
  const load = await measureLoad(page, '/sign-in');
  printLoad('sign-in page', load);
  expect(load.brotli).toBeLessThanOrEqual(30_000);
  expect(load.urls.filter((url) => url.endsWith('.wasm'))).toEqual([]);
});
