// I1 to I5 and X8: a client of somebody else, from its secret to the moment it loses everything.

import type { Page } from '@playwright/test';
import { ADMIN, addIntegration, addProfile, addUser, choose, expect, expectNoSidewaysScroll, expectToast, gotoHydrated, request, setLevels, signIn, signInFirst, test, tokenFor } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

/** Asks the HTTP API as a program does: no cookie, only the token. */
async function status(page: Page, path: string, token: string): Promise<number> {
  const answer = await fetch(new URL(path, page.url()), { headers: { authorization: `Bearer ${token}` } });
  return answer.status;
}

test('I1, I3, I4: a client is created with a secret that is shown once, and its token opens exactly what was ticked', async ({ page }) => {
  await gotoHydrated(page, '/integrations');
  await page.getByRole('link', { name: 'Create integration' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Cleaning robots');
  const create = page.getByRole('button', { name: 'Create integration' });
  await expect(create, 'not before there is a secret').toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Generate client secret' }).click();
  const secret = await page.getByRole('textbox', { name: 'Client secret' }).textContent();
  expect(secret).toMatch(/^dws_/);
  await expect(page.getByText("You won't see the secret again.")).toBeVisible();
  await page.getByLabel('Client ID', { exact: true }).fill('a b');
  await create.click();
  await expect(page.getByLabel('Client ID', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('Choose at least one permission.').first()).toBeVisible();
  await page.getByLabel('Client ID', { exact: true }).fill('cleaning-robots');
  await setLevels(page, { Rooms: 'Read', Alerts: 'Full' });
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('checkbox', { name: 'Building A / Floor 1', exact: true }).check();

  // The refused try has not used the secret up.
  await create.click();
  const once = page.getByRole('dialog', { name: 'Client secret' });
  await expect(once, 'it was not copied yet').toContainText(secret!);
  await once.getByRole('button', { name: 'I have stored it' }).click();
  await expectToast(page, 'Cleaning robots created');
  await expect(page).toHaveURL(/\/integrations\/[0-9a-f-]{36}$/);
  await expect(page.getByText(secret!)).toHaveCount(0);

  const token = await tokenFor(page, 'cleaning-robots', secret!);
  const rooms = await fetch(new URL('/api/v1/rooms', page.url()), { headers: { authorization: `Bearer ${token}` } });
  expect((await rooms.json()).count).toBe(40);
  expect(await status(page, '/api/v1/lights', token)).toBe(403);
  expect(await status(page, '/api/v1/users', token)).toBe(403);
});

test('I1: a screen that places leave closed is said to be, is not shown as open, and is opened where somebody asks for it', async ({ page }) => {
  await gotoHydrated(page, '/integrations/new');
  await page.getByLabel('Name', { exact: true }).fill('Badge printer');
  await page.getByLabel('Client ID', { exact: true }).fill('badge-printer');
  await page.getByRole('button', { name: 'Generate client secret' }).click();
  const secret = await page.getByRole('textbox', { name: 'Client secret' }).textContent();
  const role = page.getByLabel('Role', { exact: true });
  await setLevels(page, { Rooms: 'Read' });
  await expect(role, 'nothing that it could administer').toHaveCount(0);
  await setLevels(page, { Users: 'Full' });
  await expect(role).toHaveValue('owner');
  const closed = page.getByText('so choosing places leaves them out');
  await expect(closed).toHaveCount(0);
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('checkbox', { name: 'Building A / Floor 1', exact: true }).check();
  await expect(closed).toContainText('Users.');
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Create integration' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await expectToast(page, 'Badge printer created');
  const access = page.getByRole('table', { name: 'Permissions by place' });
  await expect(access).toContainText('read on Rooms');
  await expect(access).not.toContainText('Users');
  const token = await tokenFor(page, 'badge-printer', secret!);
  expect(await status(page, '/api/v1/users', token)).toBe(403);

  await page.getByRole('link', { name: 'Edit permissions' }).click();
  await page.getByRole('checkbox', { name: 'Include them anyway' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Badge printer saved');
  await expect(access.getByRole('row').filter({ hasText: 'Everywhere' })).toContainText('full on Users');
  expect(await status(page, '/api/v1/users', token)).toBe(200);
  await page.getByRole('link', { name: 'Edit permissions' }).click();
  await expect(page.getByRole('checkbox', { name: 'Include them anyway' }), 'the form knows what it saved').toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Building A / Floor 1', exact: true })).toBeChecked();
  const made = await (await request(page, 'GET', '/api/v1/integrations?q=badge')).json();
  expect(made.items[0].role).toBe('owner');
});

test('I2: the table finds a client, and its menu views, edits, disables and deletes it', async ({ page, errors }) => {
  const client = await addIntegration(page, { name: 'Menu client', client_id: 'menu-client', levels: { rooms: 'read' } });
  const token = await tokenFor(page, client.client_id, client.client_secret);
  await gotoHydrated(page, '/integrations?q=menu-cl');
  await expect(page.getByText('1 integration', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Actions for Menu client' }).click();
  await expect(page.getByRole('menuitem')).toHaveText([/^View/, /^Edit permissions/, /^Disable…/, /^Delete…/]);
  await page.getByRole('menuitem', { name: 'Edit permissions' }).click();
  await expect(page).toHaveURL(`/integrations/${client.id}/edit`);
  await expect(page.getByLabel('Name', { exact: true }), 'only the permissions are editable').toHaveCount(0);
  await setLevels(page, { Lighting: 'Read', Rooms: 'None' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Menu client saved');
  expect(await status(page, '/api/v1/lights', token), 'a live token follows at once').toBe(200);
  expect(await status(page, '/api/v1/rooms', token)).toBe(403);

  await gotoHydrated(page, '/integrations?q=menu-cl');
  await choose(page, 'Menu client', 'Disable…');
  const dialog = page.getByRole('dialog', { name: 'Disable Menu client?' });
  await expect(dialog).toContainText('1 active token');
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await expectToast(page, 'Menu client is disabled');
  expect(await status(page, '/api/v1/lights', token)).toBe(401);
  await page.goBack();

  await gotoHydrated(page, `/integrations/${client.id}`);
  await expect(page.getByText('Its tokens no longer work')).toBeVisible();
  await choose(page, 'Menu client', 'Delete…');
  const remove = page.getByRole('dialog', { name: 'Delete Menu client?' });
  // The open page hears that its client changed, looks again, and leaves.
  errors.allow(/404 .*integrations\.detail/);
  await remove.getByRole('textbox').fill('menu-client');
  await remove.getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/integrations$/);
  expect((await request(page, 'GET', `/api/v1/integrations/${client.id}`)).status()).toBe(404);
});

test('I5: a second secret lives beside the first until that is revoked', async ({ page }) => {
  const client = await addIntegration(page, { name: 'Rotating client', client_id: 'rotating', levels: { rooms: 'read' } });
  const old = await tokenFor(page, client.client_id, client.client_secret);
  await gotoHydrated(page, `/integrations/${client.id}`);
  await page.getByRole('link', { name: 'Rotate secret…' }).click();
  const ask = page.getByRole('dialog', { name: 'Rotate the secret of Rotating client?' });
  await ask.getByLabel('The old secret keeps working for').selectOption('7 days');
  await ask.getByRole('button', { name: 'Rotate secret' }).click();
  const shown = page.getByRole('dialog', { name: 'New client secret' });
  const second = await shown.getByRole('textbox', { name: 'Client secret' }).textContent();
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  const fresh = await tokenFor(page, client.client_id, second!);
  expect([await status(page, '/api/v1/rooms', old), await status(page, '/api/v1/rooms', fresh)]).toEqual([200, 200]);

  const hint = client.client_secret.slice(0, 8);
  await page.getByRole('button', { name: `Actions for secret ${hint}…` }).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke secret' }).click();
  await expectToast(page, 'The secret is revoked');
  expect([await status(page, '/api/v1/rooms', old), await status(page, '/api/v1/rooms', fresh)]).toEqual([401, 200]);
});

test('X8: the page of a client says how it fares and what it asked for in vain', async ({ page }) => {
  const client = await addIntegration(page, { name: 'Busy client', client_id: 'busy', levels: { rooms: 'read' } });
  const token = await tokenFor(page, client.client_id, client.client_secret);
  for (const path of ['/api/v1/rooms', '/api/v1/hvac', '/api/v1/hvac']) await status(page, path, token);
  await gotoHydrated(page, `/integrations/${client.id}`);
  await expect(page.getByText('HVAC read: denied 2 times')).toBeVisible();
  const fact = (name: string) => page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd');
  await expect(fact('Calls')).toHaveText('3');
  await expect(fact('Errors')).toHaveText('2');
  await expect(page.getByRole('region', { name: 'Commands', exact: true })).toContainText(`curl -s -u "busy:$SECRET"`);
});

test('S1, S4: a token stands among the sessions, and closing it ends it at once', async ({ page }) => {
  const client = await addIntegration(page, { name: 'Listed client', client_id: 'listed', levels: { rooms: 'read' } });
  await gotoHydrated(page, '/sessions');
  const row = page.getByRole('row').filter({ hasText: 'Listed client' });
  await expect(row).toHaveCount(0);
  const token = await tokenFor(page, client.client_id, client.client_secret);
  await expect(row, 'it appears by itself').toContainText('Integration');
  await choose(page, 'the session of Listed client', 'Close session…');
  await page.getByRole('dialog').getByRole('button', { name: 'Close session' }).click();
  await expect(row).toHaveCount(0);
  expect(await status(page, '/api/v1/rooms', token)).toBe(401);
});

test('P3: who may only read integrations sees their controls disabled with the reason', async ({ page, anotherPerson }) => {
  await addIntegration(page, { name: 'Seen client', client_id: 'seen', levels: { rooms: 'read' } });
  await addProfile(page, 'Integration reader', { integrations: 'read' });
  await addUser(page, { username: 'ina.reader', name: 'Ina Reader', profiles: ['Integration reader'], password: 'copper violin meadow 38 tea' });
  const ina = await anotherPerson();
  await signInFirst(ina, { username: 'ina.reader', password: 'copper violin meadow 38 tea' }, 'orchard signal velvet 7 boats');
  await gotoHydrated(ina, '/integrations');
  await expect(ina.getByRole('button', { name: 'Create integration' })).toHaveAttribute('aria-disabled', 'true');
  await ina.getByRole('link', { name: 'Seen client' }).click();
  await expect(ina.getByRole('button', { name: 'Rotate secret…' })).toHaveAttribute('aria-disabled', 'true');
  const refused = await request(ina, 'POST', '/api/v1/integrations', { name: 'Mine', levels: { rooms: 'read' } });
  expect(refused.status()).toBe(403);
});
