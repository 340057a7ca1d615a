// S1 to S4: who is signed in, live.

import { ADMIN, addProfile, addUser, choose, expect, expectHydrated, expectNoSidewaysScroll, expectSeen, expectToast, gotoHydrated, request, signIn, signInFirst, submitSignIn, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const GIVEN = 'copper violin meadow 38 tea';
const OWN = 'orchard signal velvet 7 boats';

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

test('S1: a session appears in the open list with who, browser and address, and vanishes when it ends', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'sara.seen', name: 'Sara Seen', profiles: ['Receptionist'], password: GIVEN });
  await gotoHydrated(page, '/sessions');
  const row = page.getByRole('row').filter({ hasText: 'sara.seen' });
  await expect(row).toHaveCount(0);
  const sara = await anotherPerson();
  await signInFirst(sara, { username: 'sara.seen', password: GIVEN }, OWN);
  await expect(row).toContainText('Sara Seen');
  await expect(row).toContainText('127.0.0.1');
  await expect(row).toContainText('Chrome');
  await expect(row).toContainText(/just\snow|\d\ss\sago/);
  await page.reload();
  await expect(row, 'also where the server wrote the instant').toContainText(/just\snow|\d+\s(s|min)\sago/);
  await expectHydrated(sara);
  await sara.getByRole('button', { name: 'Sign out' }).click();
  await expect(row).toHaveCount(0);
});

test('S2: signing in elsewhere asks, ends the earlier session, and that browser is told why', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'tina.two', name: 'Tina Two', profiles: ['Receptionist'], password: GIVEN });
  const [first, second] = [await anotherPerson(), await anotherPerson()];
  await signInFirst(first, { username: 'tina.two', password: GIVEN }, OWN);
  await gotoHydrated(first, '/rooms');
  await second.goto('/sign-in');
  expect(await submitSignIn(second, 'tina.two', OWN)).toBe(409);
  await expect(first).toHaveURL(/\/rooms$/);
  await second.getByRole('button', { name: 'Close the other session' }).click();
  await expect(second).toHaveURL(/\/rooms$/);
  await expect(first).toHaveURL(/ended=signed_in_elsewhere/);
  await expect(first.getByText('You signed in somewhere else')).toBeVisible();
});

// That the server ends an idle session is tested in Rust, where its clock can be moved.
test('S3: the inactivity logout is chosen at the right, warns a minute ahead and offers to stay', async ({ page }) => {
  await page.clock.install();
  await gotoHydrated(page, '/sessions');
  await page.getByLabel('Inactivity logout').selectOption('5 minutes');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expectToast(page, 'Inactivity logout saved');
  await gotoHydrated(page, '/sessions');
  await expect(page.getByLabel('Inactivity logout')).toHaveValue('5');
  await page.clock.runFor('04:10');
  const question = page.getByRole('dialog', { name: 'Still there?' });
  await expect(question).toBeVisible();
  await expectSeen(page);
  // Who is typing goes on, whatever key it is.
  await expect(question.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(question).toHaveCount(0);
  await expect(page).toHaveURL(/\/sessions$/);
});

test('S3: a limit that is chosen reaches the pages that are open already, without loading them anew', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'otto.open', name: 'Otto Open', profiles: ['Receptionist'], password: GIVEN });
  const otto = await anotherPerson();
  await signInFirst(otto, { username: 'otto.open', password: GIVEN }, OWN);
  await otto.clock.install();
  await gotoHydrated(otto, '/rooms');
  await otto.evaluate(() => document.body.setAttribute('data-still', 'the same page'));
  await gotoHydrated(page, '/sessions');
  let heard = false;
  otto.on('response', (it) => {
    heard ||= new URL(it.url()).pathname === '/fn/me.view';
  });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  // Again, should the other page's socket not have been open yet.
  await expect(async () => {
    for (const limit of ['15 minutes', '5 minutes']) {
      heard = false;
      await page.getByLabel('Inactivity logout').selectOption(limit);
      await save.click();
      await expect(save, `saved: ${limit}`).toHaveAttribute('title', 'Choose another time first.');
    }
    await expect.poll(() => heard, { timeout: 2_000 }).toBe(true);
  }).toPass();
  await otto.clock.runFor('04:10');
  await expect(otto.getByRole('dialog', { name: 'Still there?' })).toBeVisible();
  await expect(otto.locator('body')).toHaveAttribute('data-still', 'the same page');
});

test('S3: who may not choose the limit sees it with the reason', async ({ page, anotherPerson }) => {
  await addProfile(page, 'Session reader', { sessions: 'read' });
  await addUser(page, { username: 'rita.reads', name: 'Rita Reads', profiles: ['Session reader'], password: GIVEN });
  const rita = await anotherPerson();
  await signInFirst(rita, { username: 'rita.reads', password: GIVEN }, OWN);
  await gotoHydrated(rita, '/sessions');
  const limit = rita.getByLabel('Inactivity logout');
  await expect(limit).toBeDisabled();
  await expect(limit).toHaveAccessibleDescription('You need the Sessions screen at Full.');
});

test('S4: closing a session ends it at once, and the browser says so', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'cleo.closed', name: 'Cleo Closed', profiles: ['Receptionist'], password: GIVEN });
  const cleo = await anotherPerson();
  await signInFirst(cleo, { username: 'cleo.closed', password: GIVEN }, OWN);
  await gotoHydrated(cleo, '/rooms');
  await gotoHydrated(page, '/sessions');
  await choose(page, 'the session of Cleo Closed', 'Close session…');
  const dialog = page.getByRole('dialog', { name: 'Close the session of Cleo Closed?' });
  await dialog.getByRole('button', { name: 'Close session' }).click();
  await expect(cleo).toHaveURL(/ended=closed/);
  await expectToast(page, 'The session of Cleo Closed is closed');
  await cleo.goto('/rooms');
  await expect(cleo, 'the cookie opens nothing any more').toHaveURL(/\/sign-in/);
});

test('S1, S4: a key that a program uses stands among the sessions, and closing it revokes it', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'kim.keys', name: 'Kim Keys', profiles: ['Receptionist'], password: GIVEN });
  const kim = await anotherPerson();
  await signInFirst(kim, { username: 'kim.keys', password: GIVEN }, OWN);
  const made = await request(kim, 'POST', '/api/v1/api-keys', { name: 'Backup script' });
  const { secret } = (await made.json()) as { secret: string };
  const called = async () => (await fetch(new URL('/api/v1/rooms', page.url()), { headers: { authorization: `Bearer ${secret}` } })).status;
  const row = page.getByRole('row').filter({ hasText: 'key Backup script' });
  await gotoHydrated(page, '/sessions');
  await page.getByLabel('Kind').selectOption('API key');
  await expect(page).toHaveURL(/kind=api_key/);
  await expect(row).toHaveCount(0);
  expect(await called()).toBe(200);
  await expect(row, 'it appears by itself').toContainText('Kim Keys', { timeout: 10_000 });
  await choose(page, 'the key Backup script of Kim Keys', 'Close session…');
  const dialog = page.getByRole('dialog', { name: 'Revoke key “Backup script” of Kim Keys?' });
  await expect(dialog).toContainText('Programs that use the key Backup script of Kim Keys lose access immediately');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await expectToast(page, 'The key Backup script of Kim Keys is revoked');
  await expect(row).toHaveCount(0);
  expect(await called()).toBe(401);
});

test('S3: a shorter inactivity logout says whom it signs out, and a key of the keyboard changes nothing', { tag: '@phone' }, async ({ anotherServer, anotherPerson }) => {
  test.setTimeout(120_000);
  const server = await anotherServer({ adminPassword: ADMIN.password });
  const page = await anotherPerson({ baseURL: server.url });
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/sessions');
  const limit = page.getByLabel('Inactivity logout');
  const minutes = async () => (await (await request(page, 'GET', '/api/v1/settings')).json()).inactivity_minutes;
  // What the server would say of forty who have been away: nobody can wait for that here.
  await page.route('**/fn/sessions.idle_effect', (route) => route.fulfill({ json: 40 }));
  await limit.focus();
  await page.keyboard.press('Home');
  await expect(limit).toHaveValue('5');
  await expect(page.getByText('40 people will be signed out when you save.')).toBeVisible();
  await expectNoSidewaysScroll(page);
  expect(await minutes(), 'not yet').toBe(30);
  await page.unroute('**/fn/sessions.idle_effect');
  await limit.selectOption('1 hour');
  await expect(page.getByText('will be signed out when you save.'), 'nobody is').toHaveCount(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Inactivity logout saved');
  expect(await minutes()).toBe(60);
});
