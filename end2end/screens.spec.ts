// Every screen once per mode: accessible, nothing scrolls sideways, nothing in the console. And what /users costs.

import { ADMIN, expect, expectAccessible, expectNoSidewaysScroll, gotoHydrated, measureLoad, printLoad, signIn, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const SCREENS = [
  '/rooms', '/alerts', '/lighting', '/hvac', '/devices', '/users', '/users/new', '/profiles', '/profiles/new', '/sessions', '/me',
];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen is accessible in ${colorScheme} mode`, { tag: '@phone' }, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme });
    await signIn(page, ADMIN.username, ADMIN.password);
    for (const path of SCREENS) {
      await test.step(path, async () => {
        await gotoHydrated(page, path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      });
    }
  });
}

test('an installation without buildings says what to do next', async ({ anotherServer, anotherPerson }) => {
  const server = await anotherServer({ adminPassword: ADMIN.password });
  const page = await anotherPerson({ baseURL: server.url });
  await signIn(page, ADMIN.username, ADMIN.password);
  await expect(page).toHaveURL(/\/rooms$/);
  await expect(page.getByText('No rooms yet')).toBeVisible();
  await expect(page.getByText('doorward serve --demo')).toBeVisible();
});

test('what the users page loads is printed', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  const load = await measureLoad(page, '/users');
  printLoad('users page', load);
  expect(load.urls.filter((url) => !url.startsWith(new URL(page.url()).origin)), 'nothing from outside').toEqual([]);
});
