// A page before its application has started, and one whose application never does.

import type { Page } from '@playwright/test';
import { ADMIN, addUser, expect, expectAccessible, expectHydrated, expectNoSidewaysScroll, expectSeen, expectToast, gotoHydrated, signIn, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const everywhere = { tag: '@phone' };

const PAGES = ['/users', '/users/new', '/profiles', '/profiles/new', '/sessions', '/integrations/new', '/members/teams/new', '/members/api-users/new', '/settings', '/me', '/me/api-keys/new'];

/** Holds the application, or a part of it, back until the function that is returned is called. */
async function holdApplication(page: Page, files = '**/doorward.wasm'): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(files, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** What could be pressed in vain: all but what the server answers by itself. */
function pressedInVain(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const answered = 'form[method=post] [type=submit], [popovertarget=side]';
    const controls = [...document.querySelectorAll('button, .filter select, [role=combobox]')];
    const alive = controls.filter((it) => !it.matches(':disabled') && !it.matches(answered));
    return alive.map((it) => it.getAttribute('aria-label') ?? it.textContent ?? it.outerHTML);
  });
}

test('until the application has started nothing can be pressed in vain, and afterwards everything can', async ({ page }) => {
  test.slow();
  await signIn(page, ADMIN.username, ADMIN.password);
  for (const path of PAGES) {
    await test.step(path, async () => {
      const release = await holdApplication(page);
      await page.goto(path, { waitUntil: 'commit' });
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await pressedInVain(page)).toEqual([]);
      release();
      await expectHydrated(page);
      await expect(page.locator('[disabled=disabled]')).toHaveCount(0);
      await page.unrouteAll({ behavior: 'wait' });
    });
  }
});

test('what is sent before the application has started is saved, and what is typed then is kept', everywhere, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  const release = await holdApplication(page);
  await page.goto('/settings', { waitUntil: 'commit' });
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Sent early');
  await name.press('Enter');
  await expect(page.getByRole('banner')).toContainText('Sent early');
  await name.fill('Typed early');
  await expect(page.getByText('Loading. Forms can be sent already')).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  release();
  await expectHydrated(page);
  await expect(page.getByText(/^Loading/)).toBeHidden();
  await expect(name).toHaveValue('Typed early');
  await name.fill('Harbour House');
  await name.press('Enter');
  await expectToast(page, 'Settings saved');
});

test.describe('an application that does not come', everywhere, () => {
  test('is said, with an offer to reload', async ({ page, errors }) => {
    errors.allow(/ERR_FAILED|Failed to fetch/);
    await signIn(page, ADMIN.username, ADMIN.password);
    await page.route('**/doorward.wasm', (route) => route.abort());
    await page.goto('/users/new');
    await expect(page.getByText("The application didn't start.")).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add user' })).toBeEnabled();
    await expectAccessible(page);
    await expectSeen(page);
    await page.unrouteAll();
    await page.getByRole('link', { name: 'Reload the page' }).click();
    await expectHydrated(page);
    await expect(page.getByText("The application didn't start.")).toBeHidden();
  });

  test('is said also when nothing says why', async ({ page }) => {
    await signIn(page, ADMIN.username, ADMIN.password);
    await page.clock.install();
    const release = await holdApplication(page);
    await page.goto('/users');
    await page.clock.runFor(16_000);
    await expect(page.getByText("The application didn't start.")).toBeVisible();
    release();
    await expectHydrated(page);
    await expect(page.getByText("The application didn't start.")).toBeHidden();
  });

  test('leaves the lists, the search, the password and the way out', async ({ page, anotherPerson, errors }) => {
    errors.allow(/ERR_FAILED|Failed to fetch/);
    await signIn(page, ADMIN.username, ADMIN.password);
    const password = 'copper violin meadow 38 tea';
    const username = `wanda.${test.info().project.name.replace(/\W+/g, '.')}`;
    await addUser(page, { username, name: 'Wanda Waits', profiles: ['Administrator'], password });
    const wanda = await anotherPerson();
    await wanda.route('**/*.wasm', (route) => route.abort());
    await wanda.goto('/sign-in');
    await wanda.getByLabel('Username', { exact: true }).fill(username);
    await wanda.getByLabel('Password', { exact: true }).fill(password);
    await wanda.getByRole('button', { name: 'Sign in', exact: true }).click();
    const own = 'orchard signal velvet 7 boats';
    await wanda.getByLabel('Current password', { exact: true }).fill(password);
    await wanda.getByLabel('New password', { exact: true }).fill(own);
    await wanda.getByLabel('New password again', { exact: true }).fill(own);
    await wanda.getByRole('button', { name: 'Change password' }).click();
    await wanda.waitForURL((url) => url.pathname !== '/me');
    await wanda.goto('/users');
    await wanda.getByRole('searchbox', { name: 'Search users' }).fill(username);
    await wanda.keyboard.press('Enter');
    await expect(wanda.getByText('1 user', { exact: true })).toBeVisible();
    await wanda.getByRole('button', { name: 'Sign out' }).click();
    await expect(wanda).toHaveURL(/\/sign-in/);
  });

  test('for want of WebAssembly says what is missing', async ({ page }) => {
    await signIn(page, ADMIN.username, ADMIN.password);
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
    await page.goto('/users');
    await expect(page.getByText("This browser doesn't run WebAssembly")).toBeVisible();
    await expectSeen(page);
  });
});

test('an application that breaks says so', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users');
  await page.evaluate(() => {
    const error = new WebAssembly.RuntimeError('unreachable');
    dispatchEvent(new ErrorEvent('error', { error }));
  });
  await expect(page.getByText('this page stopped working')).toBeVisible();
});

/** Wraps each text as browsers do that translate a page; they leave alone what says so, but not all extensions do. */
function translate(page: Page, heedful: boolean) {
  return page.evaluate((heedful) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      const parent = text.parentElement!;
      if (!text.data.trim() || parent.closest('script, style') || (heedful && !parent.translate)) continue;
      const font = document.createElement('font');
      text.replaceWith(font);
      font.append(text.data.toUpperCase());
    }
  }, heedful);
}

test.describe('a page that is translated by the browser', () => {
  test('shows after a search whom its links and menus act on', async ({ page }) => {
    await signIn(page, ADMIN.username, ADMIN.password);
    await addUser(page, { username: 'theo.translated', name: 'Theo Translated' });
    const release = await holdApplication(page);
    await page.goto('/users', { waitUntil: 'commit' });
    await expect(page.getByRole('row').nth(1)).toBeVisible();
    await translate(page, true);
    release();
    await expectHydrated(page);
    await translate(page, true);
    await page.getByRole('searchbox', { name: 'Search users' }).fill('theo.translated');
    await expect(page.getByText('1 user', { exact: true })).toBeVisible();
    const row = page.getByRole('row').nth(1);
    await expect(row).toContainText('Theo Translated');
    await row.getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Disable…' }).click();
    await expect(page.getByRole('dialog', { name: 'Disable Theo Translated?' })).toBeVisible();
  });

  test('though it asks not to be, says that the application did not start', async ({ page, errors }) => {
    errors.allow(/./);
    await signIn(page, ADMIN.username, ADMIN.password);
    const release = await holdApplication(page);
    await page.goto('/users', { waitUntil: 'commit' });
    await expect(page.getByRole('row').nth(1)).toBeVisible();
    await translate(page, false);
    release();
    await expect(page.getByText("THE APPLICATION DIDN'T START.")).toBeVisible();
    await expect(page.getByRole('link', { name: 'Reload the page' })).toBeVisible();
  });
});

async function openDialog(page: Page, name: string) {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Disable…' }).click();
}

test.describe('a page whose part of the application is not here', () => {
  test('says that there is no connection, at its own address, and opens once there is one', async ({ page, context, errors }) => {
    errors.allow(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket/);
    await signIn(page, ADMIN.username, ADMIN.password);
    await page.route('**/split_*', (route) => route.abort());
    await gotoHydrated(page, '/users');
    await context.setOffline(true);
    await page.getByRole('navigation', { name: 'User management' }).getByRole('link', { name: 'Profiles' }).click();
    await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible();
    await expect(page).toHaveURL('/profiles');
    await page.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible();
    await page.unrouteAll();
    await context.setOffline(false);
    await page.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('row').filter({ hasText: 'Housekeeping' })).toBeVisible();
    await expect(page).toHaveURL('/profiles');
  });

  test('says that the application did not start where the page is opened by its address', async ({ page, errors }) => {
    errors.allow(/ERR_FAILED|Failed to fetch/);
    await signIn(page, ADMIN.username, ADMIN.password);
    await page.route('**/split_*', (route) => route.abort());
    await page.goto('/profiles');
    await expect(page.getByText("The application didn't start.")).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: 'Housekeeping' })).toBeVisible();
    expect(await pressedInVain(page)).toEqual([]);
    await page.unrouteAll();
    await page.getByRole('link', { name: 'Reload the page' }).click();
    await expectHydrated(page);
    await expect(page.getByText("The application didn't start.")).toBeHidden();
  });

  test('is said in the dialog that it would show over a list, which opens once there is a connection', async ({ page, context, errors }) => {
    errors.allow(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket/);
    await signIn(page, ADMIN.username, ADMIN.password);
    await addUser(page, { username: 'dora.dialog', name: 'Dora Dialog' });
    await page.route('**/split_*', (route) => route.abort());
    await gotoHydrated(page, '/users?q=dora.dialog');
    await context.setOffline(true);
    await openDialog(page, 'Dora Dialog');
    const heading = page.getByRole('dialog').getByRole('heading', { name: 'No connection' });
    await expect(heading).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await openDialog(page, 'Dora Dialog');
    await expect(heading).toBeVisible();
    await page.unrouteAll();
    await context.setOffline(false);
    await page.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('dialog', { name: 'Disable Dora Dialog?' })).toBeVisible();
  });

  test('is waited for in the frame of its dialog, and the focus is back where it was after it', async ({ page }) => {
    await signIn(page, ADMIN.username, ADMIN.password);
    await addUser(page, { username: 'fred.frame', name: 'Fred Frame' });
    const release = await holdApplication(page, '**/split_*');
    await gotoHydrated(page, '/users?q=fred.frame');
    await openDialog(page, 'Fred Frame');
    await expect(page.getByRole('dialog', { name: 'User' })).toContainText('Loading…');
    release();
    await expect(page.getByRole('dialog', { name: 'Disable Fred Frame?' })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Actions for Fred Frame' })).toBeFocused();
  });

  test('is fetched ahead when nothing else is to be done', async ({ page, context, errors }) => {
    errors.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket/);
    await signIn(page, ADMIN.username, ADMIN.password);
    const ahead = page.waitForResponse((it) => it.url().includes('administration'));
    await gotoHydrated(page, '/users');
    await (await ahead).finished();
    await page.waitForLoadState('networkidle');
    await context.setOffline(true);
    await page.getByRole('navigation', { name: 'User management' }).getByRole('link', { name: 'Profiles' }).click();
    await expect(page.getByRole('link', { name: 'Create profile' })).toBeVisible();
    await expect(page).toHaveURL('/profiles');
  });
});

test('the files of a page are the same in every coding, and in none', async ({ page }) => {
  const urls = new Set<string>();
  page.on('request', (request) => urls.add(request.url()));
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users');
  const files = [...urls].filter((url) => url.includes('/pkg-') || url.endsWith('.svg'));
  expect(files.map((url) => url.split('.').at(-1))).toEqual(expect.arrayContaining(['css', 'js', 'wasm', 'svg']));
  for (const url of files) {
    const get = (coding: string) => page.request.get(url, { headers: { 'accept-encoding': coding } });
    const plain = await get('identity');
    expect(plain.headers()['content-encoding']).toBeUndefined();
    for (const [accepted, coding] of [['gzip, deflate', 'gzip'], ['gzip, br', 'br']] as const) {
      const coded = await get(accepted);
      expect(coded.headers()['content-encoding']).toBe(coding);
      expect((await coded.body()).equals(await plain.body()), `${coding}: ${url}`).toBe(true);
    }
  }
});
