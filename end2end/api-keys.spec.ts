// I8 and I9: a person's own keys for the HTTP API, made in the console and used by a program.

import type { APIRequestContext, Page, PlaywrightWorkerArgs } from '@playwright/test';
import { ADMIN, addProfile, addUser, choose, expect, expectAccessible, expectHydrated, expectToast, gotoHydrated, request, setLevels, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const GIVEN = 'copper violin meadow 38 tea';
const OWN = 'orchard signal velvet 7 boats';

/** A program without cookies that sends this secret. */
async function program(playwright: PlaywrightWorkerArgs['playwright'], baseURL: string, secret: string): Promise<APIRequestContext> {
  return playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${secret}` } });
}

/** Makes a key on the page of a new one, which must be open, and reads the secret that is shown. */
async function create(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Create API key' }).click();
  const secret = await page.getByRole('dialog').getByRole('textbox', { name: 'Secret' }).textContent();
  expect(secret).toMatch(/^dwk_[\w-]{48}$/);
  return secret!;
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

test('I8: a key is made, its secret copied once, found by name and ID, looked at and revoked', async ({ page, context, playwright, baseURL }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/me');
  await page.getByRole('navigation', { name: 'Personal' }).getByRole('link', { name: 'API keys' }).click();
  await expect(page).toHaveURL('/me/api-keys');
  const tabs = page.getByRole('navigation', { name: 'Personal' });
  await expect(tabs.getByRole('link', { name: 'API keys' })).toHaveAttribute('aria-current', 'page');
  await expect(tabs.getByRole('link', { name: 'Account' })).not.toHaveAttribute('aria-current', 'page');
  await page.getByRole('link', { name: 'Create API key' }).first().click();
  await expect(page).toHaveURL('/me/api-keys/new');

  const expires = page.getByText(/^Expires \d{4}-\d\d-\d\d 23:59\.$/);
  await expect(expires, 'a preset, spelled out where the person is').toBeVisible();
  const preset = await expires.textContent();
  await page.getByRole('radio', { name: 'In a year' }).check();
  await expect(expires).not.toHaveText(preset!);
  await expect(page.getByLabel('Expiration date', { exact: true })).toBeHidden();
  await page.getByRole('radio', { name: 'At the end of a day' }).check();
  await expect(expires).toBeHidden();
  await page.getByRole('button', { name: 'Create API key' }).click();
  await expect(page.getByText('Choose an expiration date, or Never.').first()).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Backup script');
  await expect(page.getByLabel('Organization', { exact: true }).getByRole('option')).toHaveCount(1);
  await page.getByLabel('Expiration date', { exact: true }).fill('2020-01-31');
  await page.getByRole('button', { name: 'Create API key' }).click();
  await expect(page.getByLabel('Expiration date', { exact: true })).toHaveAccessibleDescription(/in the past/);
  await page.getByLabel('Expiration date', { exact: true }).fill('2099-01-31');
  await page.getByLabel('Remark', { exact: true }).fill('On the old NAS');
  const secret = await create(page);
  const dialog = page.getByRole('dialog');
  await expectAccessible(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: 'Copy secret' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page).toHaveURL('/me/api-keys');
  await expect(row(page, 'Backup script')).toContainText(`${secret.slice(0, 8)}…`);
  await expect(row(page, 'Backup script')).toContainText('Never');
  expect(await page.content(), 'the secret is not shown again').not.toContain(secret.slice(8));

  const script = await program(playwright, baseURL!, secret);
  const me = await (await script.get('/api/v1/me')).json();
  expect(me).toMatchObject({ kind: 'user', username: 'admin', key: { name: 'Backup script' } });
  await page.getByRole('searchbox', { name: 'Search API keys' }).fill('nothing like it');
  await expect(page.getByText('No matching keys')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search API keys' }).fill(me.key.id);
  await expect(row(page, 'Backup script')).toContainText(/just\snow|\d+\s(s|min)\sago/);

  await row(page, 'Backup script').getByRole('link', { name: 'Backup script' }).click();
  const detail = page.getByRole('dialog', { name: 'Backup script' });
  for (const fact of [me.key.id, me.organization.name, 'Same as yours', 'No, read only', 'from 127.0.0.1', 'On the old NAS']) {
    await expect(detail).toContainText(fact);
  }
  await page.reload();
  await expect(detail, 'a dialog has an address').toContainText('On the old NAS');
  await expectHydrated(page);
  await detail.getByRole('button', { name: 'Done' }).click();
  await expect(detail).toHaveCount(0);

  await choose(page, 'Backup script', 'Revoke…');
  const question = page.getByRole('dialog', { name: 'Revoke key “Backup script”?' });
  await expect(question).toContainText('Last used at');
  await question.getByRole('button', { name: 'Revoke' }).click();
  await expectToast(page, 'Backup script is revoked');
  await expect(row(page, 'Backup script')).toHaveCount(0);
  expect((await script.get('/api/v1/me')).status()).toBe(401);
  await script.dispose();
});

test('I9: a key does what was chosen for it of what its owner may, until the owner is disabled', async ({ page, anotherPerson, playwright, baseURL }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await addProfile(page, 'Night watch', { rooms: 'full', alerts: 'read', users: 'full' });
  const made = await addUser(page, { username: 'kim.keys', name: 'Kim Keys', profiles: ['Night watch'], password: GIVEN });
  const kim = await anotherPerson();
  await signInFirst(kim, { username: 'kim.keys', password: GIVEN }, OWN);
  await gotoHydrated(kim, '/me/api-keys');
  await expect(kim.getByText('No API keys yet')).toBeVisible();
  await gotoHydrated(kim, '/me/api-keys/new');
  await kim.getByLabel('Name', { exact: true }).fill('Wall display');
  await kim.getByRole('radio', { name: 'Never, until you revoke it' }).check();
  await kim.getByRole('radio', { name: 'Only some' }).check();
  await expect(kim.getByRole('group', { name: 'Lighting', exact: true }).getByLabel('Read', { exact: true })).toHaveAttribute('aria-disabled', 'true');
  await setLevels(kim, { Rooms: 'Read', Users: 'Full' });
  const script = await program(playwright, baseURL!, await create(kim));
  await kim.getByRole('dialog').getByRole('button', { name: 'I have stored it' }).click();
  await expect(row(kim, 'Wall display')).toContainText('read on Rooms and Users; nothing else.');

  expect((await script.get('/api/v1/rooms')).status()).toBe(200);
  expect((await script.get('/api/v1/users')).status()).toBe(200);
  for (const refused of [
    await script.get('/api/v1/alerts'),
    await script.post(`/api/v1/users/${made.id}/disable`),
    await script.post('/api/v1/api-keys', { data: { name: 'Another' } }),
  ]) {
    expect(refused.status(), refused.url()).toBe(403);
  }
  expect((await script.get('/me')).status(), 'no page opens with a key').toBe(403);

  await gotoHydrated(page, '/users?q=kim.keys');
  await choose(page, 'Kim Keys', 'Disable…');
  const question = page.getByRole('dialog', { name: 'Disable Kim Keys?' });
  await expect(question).toContainText('Stops 1 API key.');
  await question.getByRole('button', { name: 'Disable' }).click();
  await expectToast(page, 'Kim Keys is disabled');
  expect((await script.get('/api/v1/rooms')).status()).toBe(401);
  await request(page, 'POST', `/api/v1/users/${made.id}/enable`);
  expect((await script.get('/api/v1/rooms')).status()).toBe(200);
  await gotoHydrated(page, '/users?q=kim.keys');
  await choose(page, 'Kim Keys', 'Delete…');
  await expect(page.getByRole('dialog', { name: 'Delete Kim Keys?' })).toContainText('Revokes 1 API key.');
  await script.dispose();
});

test('I8: a secret that was not copied goes neither by Esc, nor by Back, nor with the page, unless somebody says so', { tag: '@phone' }, async ({ page, context }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/me/api-keys');
  await page.getByRole('link', { name: 'Create API key' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Kept script');
  await page.getByRole('radio', { name: 'Never, until you revoke it' }).check();
  const secret = await create(page);
  const dialog = page.getByRole('dialog', { name: 'Kept script created' });
  const shown = async () => {
    await expect(dialog.getByRole('textbox', { name: 'Secret' })).toHaveText(secret);
    await expect(page).toHaveURL('/me/api-keys/new');
  };
  await expect(dialog.getByRole('button', { name: 'Copy secret' })).toBeFocused();
  // Twice: the second Esc in a row closes a dialog by itself.
  for (const _ of [1, 2]) await page.keyboard.press('Escape');
  await expect(dialog.getByRole('alert')).toContainText("You haven't copied it");
  await shown();
  await page.evaluate(() => history.back());
  await expect(dialog.getByRole('button', { name: 'Close without copying' })).toBeVisible();
  await shown();
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await shown();
  await expectAccessible(page);
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const leave = await asked;
  expect(leave.type()).toBe('beforeunload');
  await leave.dismiss();
  await shown();

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: 'Copy secret' }).click();
  await expect(dialog.getByRole('alert')).toBeEmpty();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/me/api-keys');
  await expect(dialog).toHaveCount(0);
  await gotoHydrated(page, '/rooms');
});
