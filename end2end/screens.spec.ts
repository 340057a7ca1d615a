// Every screen once per mode: accessible, nothing scrolls sideways, nothing in the console. And what /users costs.

import { ADMIN, addProfile, addUser, choose, expect, expectAccessible, expectNoSidewaysScroll, gotoHydrated, measureLoad, printLoad, signIn, test } from './fixtures';

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

test('the users page loads in at most 15 requests, its HTML compressed', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/me');
  const load = await measureLoad(page, '/users');
  printLoad('users page', load);
  expect(load.requests).toBeLessThanOrEqual(15);
  // What was reached, with little to spare: it may shrink (docs/decisions/0008-two-chunks.md).
  expect(load.brotli).toBeLessThanOrEqual(380_000);
  expect(load.urls.filter((url) => !url.startsWith(new URL(page.url()).origin)), 'nothing from outside').toEqual([]);
});

test('no screen leaves a secret in storage or in an address, and each can be signed out from', async ({ page, context }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  const { value: token } = (await context.cookies()).find((cookie) => cookie.name === 'doorward')!;
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  for (const path of SCREENS) {
    await gotoHydrated(page, path);
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  }
  const kept = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    readable: document.cookie,
  }));
  expect(kept).toEqual({ local: {}, session: {}, databases: [], readable: '' });
  expect(addresses.filter((address) => address.includes(token) || /password=/.test(address))).toEqual([]);
});

test('after signing out, Back shows nothing', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole('table')).toHaveCount(0);
});

test('markup in every text field is shown as text', async ({ page }) => {
  const markup = '<img src=x onerror="document.title=1"> "\'><script>alert(1)</script>';
  page.on('dialog', () => expect(null, 'a script ran').toBe('nothing'));
  await signIn(page, ADMIN.username, ADMIN.password);
  const profile = await addProfile(page, `Profile ${markup}`, { rooms: 'read' });
  const user = await addUser(page, { username: 'xena.xss', name: `Name ${markup}`, profiles: [`Profile ${markup}`] });
  for (const path of [`/users?q=xena.xss`, `/users/${user.id}/edit`, '/profiles', `/profiles/${profile.id}/edit`]) {
    await gotoHydrated(page, path);
    const shown = page.getByText(markup).or(page.locator('input[name="name"]')).filter({ visible: true });
    await expect(shown.first()).toBeVisible();
    await expect(page.locator('img[src="x"]')).toHaveCount(0);
  }
  await gotoHydrated(page, '/users?q=xena.xss');
  await choose(page, `Name ${markup}`, 'Effective access');
  await expect(page.getByRole('dialog')).toContainText(markup);
  await expect(page).toHaveTitle('Users · Doorward');
});
