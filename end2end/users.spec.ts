// U1 to U10: the users of an organization, on a demo whose administrator has a password.

import type { Page } from '@playwright/test';
import { ADMIN, addUser, choose, expect, expectToast, fillUser, gotoHydrated, request, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const PASSWORD = 'copper violin meadow 38 tea';

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

const count = (page: Page) => page.locator('.count');
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

test('U1: user management has its tabs, and each leads to its list', async ({ page }) => {
  await gotoHydrated(page, '/users');
  const tabs = page.getByRole('navigation', { name: 'User management' });
  for (const [tab, path] of [['Profiles', '/profiles'], ['Sessions', '/sessions'], ['Users', '/users']] as const) {
    await tabs.getByRole('link', { name: tab, exact: true }).click();
    await expect(page).toHaveURL(path);
    await expect(page.getByRole('heading', { name: 'User management' })).toBeVisible();
    await expect(tabs.getByRole('link', { name: tab, exact: true })).toHaveAttribute('aria-current', 'page');
  }
});

test('U2: the table searches, filters, sorts and pages, and the URL keeps all of it', async ({ page }) => {
  await addUser(page, { username: 'ulla.unique', name: 'Ulla Unique' });
  await gotoHydrated(page, '/users');
  await expect(count(page)).toHaveText(/^2,0\d\d users$/);

  await page.getByRole('searchbox', { name: 'Search users' }).fill('ulla.uni');
  await expect(count(page)).toHaveText('1 user');
  await expect(page).toHaveURL(/q=ulla\.uni/);
  await expect(rowOf(page, 'Ulla Unique')).toContainText('Housekeeping');
  await expect(rowOf(page, 'Ulla Unique')).toContainText('full on Rooms; nothing else.');

  await gotoHydrated(page, '/users');
  await page.getByRole('combobox', { name: 'Role', exact: true }).selectOption('Operations Engineer');
  await expect(page).toHaveURL(/role=operations_engineer/);
  await page.getByRole('combobox', { name: 'Status', exact: true }).selectOption('Disabled');
  await page.getByRole('combobox', { name: 'Profile', exact: true }).selectOption('Housekeeping');
  await expect(page).toHaveURL(/profile_id=/);
  await expect(page.getByRole('row').nth(1)).toContainText('Disabled');
  await page.getByRole('link', { name: 'Username' }).click();
  await expect(page.getByRole('columnheader', { name: 'Username' })).toHaveAttribute('aria-sort', 'ascending');
  const shown = await page.getByRole('row').allInnerTexts();
  await page.reload();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  expect(await page.getByRole('row').allInnerTexts()).toEqual(shown);

  await gotoHydrated(page, '/users');
  const first = await page.getByRole('row').nth(1).innerText();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(page.getByRole('row').nth(1)).not.toHaveText(first);
  await page.goBack();
  await expect(page).not.toHaveURL(/cursor=/);

  await gotoHydrated(page, '/users?q=nobody.like.this');
  await expect(page.getByText('No user matches')).toBeVisible();
  await page.getByRole('link', { name: 'Show all users' }).click();
  await expect(count(page)).toHaveText(/users$/);
});

test('U3: a taken name, a malformed address and a missing place are said at the field, and nothing typed is lost', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'ADMIN', name: 'محمد 🏨 Ö', email: 'not an address' });
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Email', { exact: true })).toHaveAttribute('aria-invalid', 'true');

  await page.getByLabel('Email', { exact: true }).fill('m@example.com');
  await page.getByRole('checkbox', { name: 'Building B', exact: true }).check();
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByLabel('Username', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Username', { exact: true })).toHaveValue('ADMIN');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('محمد 🏨 Ö');
  await expect(page.getByRole('checkbox', { name: 'Building B', exact: true })).toBeChecked();

  await page.getByLabel('Username', { exact: true }).fill('mohammed.u3');
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await gotoHydrated(page, '/users?q=mohammed.u3');
  await expect(count(page)).toHaveText('1 user');
});

test('U3: a form that is sent twice adds one user', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'tom.twice', name: 'Tom Twice' });
  await page.getByRole('button', { name: 'Add user' }).dblclick();
  await expect(page.getByRole('dialog', { name: 'Password to hand over' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await gotoHydrated(page, '/users?q=tom.twice');
  await expect(count(page)).toHaveText('1 user');
});

test('U3: the mobile phone is asked for in Asia-Pacific only', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await expect(page.getByLabel('Mobile phone number')).toHaveCount(0);
  await page.getByLabel('Region', { exact: true }).selectOption('Asia-Pacific');
  await page.getByLabel('Mobile phone number').fill('12');
  await fillUser(page, { username: 'phil.phone', name: 'Phil Phone' });
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByLabel('Mobile phone number')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Mobile phone number').fill('+65 6123 4567');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByRole('dialog', { name: 'Password to hand over' })).toBeVisible();
});

test('U4: a custom password is typed twice, and must be changed at the first sign-in', async ({ page, anotherPerson }) => {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'carla.custom', name: 'Carla Custom' });
  await page.getByRole('radio', { name: 'Custom' }).check();
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password again', { exact: true }).fill('different');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByLabel('Password again', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Password again', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('button', { name: 'Done' }).click();

  const carla = await anotherPerson();
  await signInFirst(carla, { username: 'carla.custom', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await expect(carla).toHaveURL(/\/rooms$/);
});

test('U5: roles that may not be given are not offered, and a role is required', async ({ page, anotherPerson }) => {
  const role = 'operations_engineer';
  await addUser(page, { username: 'erik.engineer', name: 'Erik Engineer', role, profiles: ['Administrator'], password: PASSWORD });
  const erik = await anotherPerson();
  await signInFirst(erik, { username: 'erik.engineer', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await gotoHydrated(erik, '/users/new');
  await expect(erik.getByLabel('Role', { exact: true }).getByRole('option')).toHaveText(['Choose a role', 'Operations Engineer', 'Owner']);
  await fillUser(erik, { username: 'olga.owner', name: 'Olga Owner', role: '' });
  await erik.getByRole('button', { name: 'Add user' }).click();
  await expect(erik.getByLabel('Role', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await erik.getByLabel('Role', { exact: true }).selectOption('Owner');
  await erik.getByRole('button', { name: 'Add user' }).click();
  await expect(erik.getByRole('dialog', { name: 'Password to hand over' })).toBeVisible();
});

test('U6: the menu of a row holds the six acts, and effective access says what gives what where', async ({ page }) => {
  const [floor] = (await (await request(page, 'GET', '/api/v1/floors?limit=1')).json()).items;
  await addUser(page, { username: 'mira.menu', name: 'Mira Menu', profiles: ['Receptionist'], places: [floor.id] });
  await gotoHydrated(page, '/users?q=mira.menu');
  await page.getByRole('button', { name: 'Actions for Mira Menu' }).click();
  await expect(page.getByRole('menuitem')).toHaveText([/^Edit/, /^Effective access/, /^Reset password…/, /^Close session…/, /^Disable…/, /^Delete…/]);
  await page.getByRole('menuitem', { name: 'Effective access' }).click();
  const dialog = page.getByRole('dialog', { name: 'Effective access of Mira Menu' });
  await expect(dialog.getByRole('row').filter({ hasText: 'Rooms' })).toContainText('Building A / Floor 1');
  await expect(dialog.getByRole('row').filter({ hasText: 'Rooms' })).toContainText('Receptionist');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('U7: an edit is saved, and the second of two editors is told', async ({ page }) => {
  const user = await addUser(page, { username: 'edda.edit', name: 'Edda Edit' });
  await gotoHydrated(page, '/users?q=edda.edit');
  await choose(page, 'Edda Edit', 'Edit');
  await expect(page).toHaveURL(`/users/${user.id}/edit`);
  await page.getByLabel('Description', { exact: true }).fill('Day shift');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Edda Edit saved');

  await gotoHydrated(page, `/users/${user.id}/edit`);
  const changed = await request(page, 'GET', `/api/v1/users/${user.id}`);
  const origin = new URL(page.url()).origin;
  const other = await page.request.fetch(`${origin}/api/v1/users/${user.id}`, {
    method: 'PATCH', data: { name: 'Edda Edited' }, headers: { origin, 'if-match': changed.headers().etag ?? '' },
  });
  expect(other.status()).toBe(200);
  await page.getByLabel('Description', { exact: true }).fill('Typed and not lost');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: 'Load the current version' })).toBeVisible();
  await expect(page.getByLabel('Description', { exact: true })).toHaveValue('Typed and not lost');
});

test('U8: a reset password ends the sessions and is good for one sign-in', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'rita.reset', name: 'Rita Reset', profiles: ['Receptionist'], password: PASSWORD });
  const rita = await anotherPerson();
  await signInFirst(rita, { username: 'rita.reset', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await gotoHydrated(rita, '/rooms');

  await gotoHydrated(page, '/users?q=rita.reset');
  await choose(page, 'Rita Reset', 'Reset password…');
  await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click();
  const temporary = await page.getByRole('textbox', { name: 'Temporary password' }).textContent();
  await expect(rita).toHaveURL(/ended=password_reset/);
  await page.getByRole('button', { name: 'Done' }).click();
  await signInFirst(rita, { username: 'rita.reset', password: temporary! }, 'velvet boats orchard 9 signal');
  await expect(rita).toHaveURL(/\/rooms$/);
});

test('U9: a disabled user is signed out at once and comes back when enabled', async ({ page, anotherPerson, errors }) => {
  await addUser(page, { username: 'dina.disable', name: 'Dina Disable', profiles: ['Receptionist'], password: PASSWORD });
  const dina = await anotherPerson();
  await signInFirst(dina, { username: 'dina.disable', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await gotoHydrated(dina, '/rooms');

  await gotoHydrated(page, '/users?q=dina.disable');
  await choose(page, 'Dina Disable', 'Disable…');
  await expect(page.getByRole('dialog')).toContainText('Closes 1 active session.');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(dina).toHaveURL(/ended=disabled/);
  await expectToast(page, 'Dina Disable is disabled');
  await expect(rowOf(page, 'Dina Disable')).toContainText('Disabled');

  errors.allow(/403/);
  await signIn(dina, 'dina.disable', 'orchard signal velvet 7 boats');
  await expect(dina, 'an account without an active membership opens only /me').toHaveURL(/\/me$/);

  await choose(page, 'Dina Disable', 'Enable…');
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click();
  await expect(rowOf(page, 'Dina Disable')).toContainText('Active');
  await dina.getByRole('button', { name: 'Sign out' }).click();
  await dina.waitForURL(/\/sign-in/);
  await signIn(dina, 'dina.disable', 'orchard signal velvet 7 boats');
  await expect(dina).toHaveURL(/\/rooms$/);
});

test('U10: a deletion is confirmed by name and says what goes with it', async ({ page }) => {
  await addUser(page, { username: 'dora.delete', name: 'Dora Delete', profiles: ['Receptionist', 'Security'] });
  await gotoHydrated(page, '/users?q=dora.delete');
  await choose(page, 'Dora Delete', 'Delete…');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Removes 2 grants.');
  await expect(dialog.getByRole('button', { name: 'Delete' }), 'not without the name').toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('textbox').fill('dora.delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expectToast(page, 'Dora Delete is deleted');
  await expect(page.getByText('No user matches')).toBeVisible();
});
