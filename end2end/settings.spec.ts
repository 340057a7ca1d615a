// What is set for everybody, and mail: U4 and U8 where a mail server is set.

import type { Page } from '@playwright/test';
import { ADMIN, addProfile, addUser, choose, expect, expectAccessible, expectHydrated, expectNoSidewaysScroll, expectToast, fillUser, gotoHydrated, request, signIn, signInFirst, startMailServer, test } from './fixtures';

const GIVEN = 'copper violin meadow 38 tea';
const OWN = 'orchard signal velvet 7 boats';

const card = (page: Page, title: string) => page.locator('.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

test('the organization is renamed, and the second of two editors is told and chooses', async ({ anotherServer, anotherPerson, errors }) => {
  errors.allow(/status of 412/);
  const server = await anotherServer({ adminPassword: ADMIN.password });
  const page = await anotherPerson({ baseURL: server.url });
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/settings');
  const name = card(page, 'Organization').getByLabel('Name', { exact: true });
  await expect(name).toHaveValue('My organization');
  await name.fill('Harbour House');
  await card(page, 'Organization').getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Settings saved');

  const etag = (await request(page, 'GET', '/api/v1/settings')).headers()['etag']!;
  const headers = { origin: server.url, 'if-match': etag };
  const other = await page.request.patch(`${server.url}/api/v1/settings`, { headers, data: { name: 'Harbour Ltd' } });
  expect(other.status()).toBe(200);
  await name.fill('Harbour Inc');
  await card(page, 'Organization').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The name is now “Harbour Ltd”.').first()).toBeVisible();
  await expect(name, 'kept').toHaveValue('Harbour Inc');
  await page.getByRole('button', { name: 'Overwrite with mine' }).click();
  await expect.poll(async () => (await (await request(page, 'GET', '/api/v1/settings')).json()).name).toBe('Harbour Inc');
  await expect(page.locator('.org'), 'at once').toHaveText('Harbour Inc');
});

test('the inactivity logout is one choice on Settings and on Sessions', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/settings');
  const limit = page.getByLabel('Inactivity logout');
  const save = page.locator('.idle-limit').getByRole('button', { name: 'Save' });
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await limit.selectOption('4 hours');
  await save.click();
  await expectToast(page, 'Inactivity logout saved');
  await gotoHydrated(page, '/sessions');
  await expect(limit).toHaveValue('240');
  await limit.selectOption('30 minutes');
  await save.click();
  await expectToast(page, 'Inactivity logout saved');
  await gotoHydrated(page, '/settings');
  await expect(page.getByLabel('Inactivity logout')).toHaveValue('30');
});

test('without a mail server Settings says what to set, and passwords are shown once', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/settings');
  await expect(card(page, 'Mail')).toContainText('DOORWARD_SMTP_URL and DOORWARD_MAIL_FROM');
  const send = page.getByRole('button', { name: 'Send test mail' });
  await expect(send).toHaveAttribute('aria-disabled', 'true');
  await expect(card(page, 'Mail')).toContainText('No mail server is configured.');
  await expect(page.getByText('Nothing waiting')).toBeVisible();
  await gotoHydrated(page, '/users/new');
  await expect(page.getByText("You'll see a temporary password to pass on.")).toBeVisible();
});

test('U4, U8: a password is mailed; what the mail server refuses stands in Settings, and is tried again or deleted', { tag: '@phone' }, async ({ anotherServer, anotherPerson, errors }) => {
  test.setTimeout(90_000);
  errors.allow(/status of 409/);
  const mail = await startMailServer();
  const server = await anotherServer({ adminPassword: ADMIN.password, settings: mail.settings });
  const page = await anotherPerson({ baseURL: server.url });
  await signIn(page, ADMIN.username, ADMIN.password);
  await addProfile(page, 'Receptionist', { rooms: 'read' });

  // The server's own answer.
  mail.refuses('550 5.7.1 relaying denied');
  await gotoHydrated(page, '/settings');
  await expect(card(page, 'Mail')).toContainText(mail.settings.DOORWARD_SMTP_URL!.replace('smtp://', ''));
  await page.getByLabel('Send a test mail to').fill('boss@example.com');
  await page.getByRole('button', { name: 'Send test mail' }).click();
  await expect(page.getByRole('alert')).toContainText('550 5.7.1 relaying denied');

  // A refused address: the mail stands in the table by itself.
  const watching = await page.context().newPage();
  await gotoHydrated(watching, '/settings');
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'max.mailed', name: 'Max Mailed', profile: 'Receptionist' });
  await expect(page.getByText('A temporary password will be emailed to the address above.')).toBeVisible();
  await page.getByRole('button', { name: 'Add user' }).click();
  const done = page.getByRole('dialog', { name: 'Password on its way' });
  await expect(done).toContainText('max.mailed@example.com');
  await expectAccessible(page);
  await done.getByRole('button', { name: 'Done' }).click();
  const row = watching.getByRole('row').filter({ hasText: 'max.mailed@example.com' });
  await expect(row).toContainText('Given up');
  await expect(row).toContainText('550 5.7.1 relaying denied');
  await expectAccessible(watching);
  await expectNoSidewaysScroll(watching);

  // Mended, and tried by hand.
  mail.refuses();
  await choose(watching, 'the mail to Max Mailed', 'Try now');
  await expect(row).toHaveCount(0);
  await expect.poll(() => mail.passwords.get('max.mailed@example.com')).toBeTruthy();
  const max = await anotherPerson({ baseURL: server.url });
  await signInFirst(max, { username: 'max.mailed', password: mail.passwords.get('max.mailed@example.com')! }, OWN);
  // Its socket is open before the reset below ends the session.
  await expectHydrated(max);

  // A reset says beforehand where the mail goes; one that waits can be deleted.
  mail.refuses('451 4.7.1 later');
  await gotoHydrated(page, '/users?q=max');
  await choose(page, 'Max Mailed', 'Reset password…');
  const reset = page.getByRole('dialog', { name: 'Reset password for Max Mailed?' });
  await expect(reset).toContainText('A temporary password will be emailed to max.mailed@example.com.');
  await reset.getByRole('button', { name: 'Reset password' }).click();
  await expect(page.getByRole('dialog', { name: 'Password on its way' })).toBeVisible();
  await expect(row).toContainText('451 4.7.1 later');
  await choose(watching, 'the mail to Max Mailed', 'Delete…');
  const remove = watching.getByRole('dialog', { name: 'Delete the mail to Max Mailed?' });
  await expect(remove).toContainText('Max Mailed has no password until someone resets it again.');
  await expectAccessible(watching);
  await remove.getByRole('button', { name: 'Delete mail', exact: true }).click();
  await expectToast(watching, 'The mail is deleted');
  await expect(watching.getByText('Nothing waiting')).toBeVisible();
  mail.stop();
});

test('who may only read Settings sees every control disabled with the reason', async ({ page, anotherPerson }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await addProfile(page, 'Settings reader', { settings: 'read' });
  await addUser(page, { username: 'sina.settings', name: 'Sina Settings', profiles: ['Settings reader'], password: GIVEN });
  const sina = await anotherPerson();
  await signInFirst(sina, { username: 'sina.settings', password: GIVEN }, OWN);
  await expect(sina).toHaveURL(/\/settings$/);
  await expect(sina.locator('.idle-limit').getByRole('button')).toHaveCount(0);
  for (const button of ['Save', 'Send test mail']) {
    await expect(sina.getByRole('button', { name: button })).toHaveAttribute('title', 'You need the Settings screen at Full.');
  }
  await expect(sina.getByLabel('Inactivity logout')).toBeDisabled();
  expect((await request(sina, 'POST', '/api/v1/settings/test-mail', { to: 'a@example.com' })).status()).toBe(403);
});
