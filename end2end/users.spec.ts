// U1 to U10: the users of an organization, on a demo whose administrator has a password.

import type { Page } from '@playwright/test';
import { ADMIN, addUser, choose, expect, expectNoSidewaysScroll, expectToast, fillUser, gotoHydrated, request, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const PASSWORD = 'copper violin meadow 38 tea';

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

const count = (page: Page) => page.getByText(/^([\d,]+–[\d,]+ of )?[\d,]+\+? users?$/);
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
  await expect(count(page)).toHaveText(/^1–50 of 2,0\d\d users$/);

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
  const company = page.getByRole('combobox', { name: 'Company', exact: true });
  const name = (await company.getByRole('option').last().textContent())!;
  await company.selectOption(name);
  await expect(page).toHaveURL(/company_id=/);
  const rows = page.getByRole('row').filter({ has: page.getByRole('cell') });
  await expect(rows.filter({ hasText: name })).not.toHaveCount(0);
  await expect(rows.filter({ hasNotText: name })).toHaveCount(0);

  await gotoHydrated(page, '/users');
  const first = await page.getByRole('row').nth(1).innerText();
  await page.getByRole('link', { name: 'Next page' }).first().click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(page.getByRole('row').nth(1)).not.toHaveText(first);
  await page.goBack();
  await expect(page).not.toHaveURL(/cursor=/);

  await gotoHydrated(page, '/users?q=nobody.like.this');
  await expect(page.getByText('No matching users')).toBeVisible();
  await page.getByRole('link', { name: 'Show all users' }).click();
  await expect(count(page)).toHaveText(/users$/);
});

test('U2: every column shows at 1440 px, and each that sorts has its link', async ({ page }) => {
  await addUser(page, { username: 'cora.columns', name: 'Cora Columns' });
  await gotoHydrated(page, '/users?q=cora.columns');
  const row = rowOf(page, 'Cora Columns');
  for (const shown of ['Cora Columns', 'cora.columns', 'cora.columns@example.com', 'Harbour House', 'Owner', 'Housekeeping', 'Active', 'Never']) {
    await expect(row.getByText(shown, { exact: true }).first(), shown).toBeVisible();
  }
  await expectNoSidewaysScroll(page);
  const heads = page.getByRole('columnheader');
  for (const sort of ['Username', 'Email', 'Company', 'Role', 'Status', 'Last sign-in', 'Name']) {
    await heads.getByRole('link', { name: sort, exact: true }).click();
    await expect(heads.filter({ hasText: sort })).toHaveAttribute('aria-sort', /ending/);
    await expect(page).toHaveURL(new RegExp(`sort=-?${sort.toLowerCase().replace(/\W/g, '_')}`));
  }
});

test('U2: a link whose page of the list is spoilt offers the whole list', async ({ page, errors }) => {
  errors.allow(/status of 400/);
  expect((await page.goto('/users?cursor=spoilt'))?.status()).toBe(400);
  await page.getByRole('link', { name: 'Show the whole list' }).click();
  await expect(count(page)).toHaveText(/^1–50 of 2,0\d\d users$/);
});

test('U3: a form that is too large is refused in words, and nothing typed is lost', async ({ page, errors }) => {
  errors.allow(/status of 413/);
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'lara.large', name: 'Lara Large' });
  await page.getByLabel('Description', { exact: true }).fill('x'.repeat(300_000));
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByRole('alert')).toContainText('256 KiB');
  await expect(page.getByLabel('Username', { exact: true })).toHaveValue('lara.large');
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
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await gotoHydrated(page, '/users?q=mohammed.u3');
  await expect(count(page)).toHaveText('1 user');
});

test('U3: a form that is sent twice adds one user', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'tom.twice', name: 'Tom Twice' });
  await page.getByRole('button', { name: 'Add user' }).dblclick();
  await expect(page.getByRole('dialog', { name: 'Share the password' })).toBeVisible();
  await page.getByRole('button', { name: 'I have stored it' }).click();
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
  await expect(page.getByRole('dialog', { name: 'Share the password' })).toBeVisible();
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
  await expect(erik.getByRole('dialog', { name: 'Share the password' })).toBeVisible();
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

test('U6: a dialog is in the address, and Back closes it', async ({ page }) => {
  const user = await addUser(page, { username: 'lina.link', name: 'Lina Link' });
  await gotoHydrated(page, '/users?q=lina.link');
  await choose(page, 'Lina Link', 'Reset password…');
  const dialog = page.getByRole('dialog', { name: 'Reset password for Lina Link?' });
  await expect(dialog).toBeVisible();
  await expect(page).toHaveURL(`/users?q=lina.link&dialog=reset&user=${user.id}`);
  await page.goBack();
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL('/users?q=lina.link');

  await gotoHydrated(page, `/users?dialog=delete&user=${user.id}`);
  await page.getByRole('dialog', { name: 'Delete Lina Link?' }).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL('/users');
});

test('U6: what one may not do to a user is disabled and says why', async ({ page, anotherPerson }) => {
  const above = await addUser(page, { username: 'mara.manager', name: 'Mara Manager', role: 'common_manager' });
  await addUser(page, { username: 'olaf.owner', name: 'Olaf Owner', profiles: ['Administrator'], password: PASSWORD });
  const olaf = await anotherPerson();
  await signInFirst(olaf, { username: 'olaf.owner', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await gotoHydrated(olaf, '/users?q=mara.manager');
  const add = olaf.getByRole('button', { name: 'Add user' });
  await expect(add).toHaveAttribute('aria-disabled', 'true');
  await expect(add).toHaveAttribute('title', "Owners can't assign roles.");
  await olaf.getByRole('button', { name: 'Actions for Mara Manager' }).click();
  for (const act of ['Edit', 'Reset password…', 'Close session…', 'Disable…', 'Delete…']) {
    const item = olaf.getByRole('menuitem', { name: act });
    await expect(item).toHaveAttribute('aria-disabled', 'true');
    await expect(item).toHaveAccessibleDescription('Common Manager is above your role.');
  }
  await gotoHydrated(olaf, `/users?dialog=disable&user=${above.id}`);
  await expect(olaf.getByRole('dialog').getByRole('button', { name: 'Disable' })).toHaveAttribute('aria-disabled', 'true');
});

test('U7: basic information and role are edited', async ({ page }) => {
  const user = await addUser(page, { username: 'edda.edit', name: 'Edda Edit' });
  await gotoHydrated(page, '/users?q=edda.edit');
  await choose(page, 'Edda Edit', 'Edit');
  await expect(page).toHaveURL(`/users/${user.id}/edit`);
  await page.getByLabel('Username', { exact: true }).fill('edda.edited');
  await page.getByLabel('Name', { exact: true }).fill('Edda Edited');
  await page.getByLabel('Region', { exact: true }).selectOption('North America');
  await page.getByLabel('Email', { exact: true }).fill('edda@example.org');
  await page.getByLabel('Parent company', { exact: true }).selectOption({ index: 1 });
  await page.getByLabel('Description', { exact: true }).fill('Day shift');
  await page.getByLabel('Role', { exact: true }).selectOption('Operations Engineer');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Edda Edited saved');
  const now = await (await request(page, 'GET', `/api/v1/users/${user.id}`)).json();
  expect(now).toMatchObject({
    username: 'edda.edited', name: 'Edda Edited', region: 'north_america', email: 'edda@example.org', description: 'Day shift',
    role: 'operations_engineer', profiles: user.profiles, places: 'everything',
  });
  expect(now.company_id).not.toBe(user.company_id);
});

test('U7: the second of two editors is told what the first changed, and chooses', async ({ page }) => {
  const user = await addUser(page, { username: 'ewa.edit', name: 'Ewa Edit' });
  const description = page.getByLabel('Description', { exact: true });
  const stored = async () => (await request(page, 'GET', `/api/v1/users/${user.id}`)).json();
  /** Opens the form; before it is saved, somebody else changes the user. */
  const tooLate = async (data: Record<string, unknown>) => {
    await gotoHydrated(page, `/users/${user.id}/edit`);
    const etag = (await request(page, 'GET', `/api/v1/users/${user.id}`)).headers().etag!;
    const origin = new URL(page.url()).origin;
    const first = await page.request.fetch(`${origin}/api/v1/users/${user.id}`, { method: 'PATCH', data, headers: { origin, 'if-match': etag } });
    expect(first.status()).toBe(200);
    await description.fill('Typed and not lost');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  };

  await tooLate({ name: 'Ewa Elsewhere' });
  await expect(page.getByText('Ewa Elsewhere').last()).toBeVisible();
  await expect(description).toHaveValue('Typed and not lost');
  await page.getByRole('button', { name: 'Discard mine' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ewa Elsewhere');
  await expect(description).toHaveValue('');
  await expect(page.getByRole('button', { name: 'Discard mine' })).toHaveCount(0);

  await tooLate({ role: 'operations_engineer' });
  await page.getByRole('button', { name: 'Overwrite with mine' }).click();
  await expectToast(page, 'Ewa Elsewhere saved');
  expect(await stored()).toMatchObject({ role: 'owner', description: 'Typed and not lost' });
});

test('U8: a reset password ends the sessions and is good for one sign-in', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'rita.reset', name: 'Rita Reset', profiles: ['Receptionist'], password: PASSWORD });
  const rita = await anotherPerson();
  await signInFirst(rita, { username: 'rita.reset', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await gotoHydrated(rita, '/rooms');

  await gotoHydrated(page, '/users?q=rita.reset');
  await choose(page, 'Rita Reset', 'Reset password…');
  await expect(page.getByRole('dialog')).toContainText('Closes 1 active session.');
  await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click();
  const temporary = await page.getByRole('textbox', { name: 'Temporary password' }).textContent();
  await expect(rita).toHaveURL(/ended=password_reset/);
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await signInFirst(rita, { username: 'rita.reset', password: temporary! }, 'velvet boats orchard 9 signal');
  await expect(rita).toHaveURL(/\/rooms$/);
});

test('U8: a reset names the API keys that it revokes, and keeps them where that is ticked', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'kim.keys', name: 'Kim Keys', profiles: ['Receptionist'], password: PASSWORD });
  const kim = await anotherPerson();
  await signInFirst(kim, { username: 'kim.keys', password: PASSWORD }, 'orchard signal velvet 7 boats');
  const made = await kim.request.post('/api/v1/api-keys', { data: { name: 'Deploy' }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
  expect(made.status()).toBe(201);
  const { secret } = await made.json();
  const asked = () => fetch(new URL('/api/v1/me', kim.url()), { headers: { Authorization: `Bearer ${secret}` } });
  await expect.poll(async () => (await asked()).status).toBe(200);

  await gotoHydrated(page, '/users?q=kim.keys');
  await choose(page, 'Kim Keys', 'Reset password…');
  const keep = page.getByRole('dialog').getByRole('checkbox', { name: 'Keep their API key: Deploy' });
  await expect(keep).not.toBeChecked();
  await keep.check();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click();
  const first = await page.getByRole('textbox', { name: 'Temporary password' }).textContent();
  await expect(kim).toHaveURL(/ended=password_reset/);
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await signInFirst(kim, { username: 'kim.keys', password: first! }, 'velvet boats orchard 9 signal');
  await expect.poll(async () => (await asked()).status).toBe(200);

  await choose(page, 'Kim Keys', 'Reset password…');
  await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click();
  const second = await page.getByRole('textbox', { name: 'Temporary password' }).textContent();
  await expect(kim).toHaveURL(/ended=password_reset/);
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await signInFirst(kim, { username: 'kim.keys', password: second! }, 'orchard signal velvet 7 boats');
  expect((await asked()).status).toBe(401);
});

test('U8: a password that is set manually is typed twice, and handed over', async ({ page, anotherPerson }) => {
  await addUser(page, { username: 'timo.typed', name: 'Timo Typed', profiles: ['Receptionist'] });
  await gotoHydrated(page, '/users?q=timo.typed');
  await choose(page, 'Timo Typed', 'Reset password…');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Set manually' }).check();
  await dialog.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await dialog.getByLabel('New password again', { exact: true }).fill('something else 31 words');
  await dialog.getByRole('button', { name: 'Reset password' }).click();
  await expect(dialog.getByLabel('New password again', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('New password again', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Reset password' }).click();
  await expect(page.getByRole('dialog', { name: 'Share the password' })).toContainText('choose their own');
  await page.getByRole('button', { name: 'Done' }).click();
  await expectToast(page, 'Password reset');
  const timo = await anotherPerson();
  await signInFirst(timo, { username: 'timo.typed', password: PASSWORD }, 'orchard signal velvet 7 boats');
  await expect(timo).toHaveURL(/\/rooms$/);
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
  await expect(page.getByText('No matching users')).toBeVisible();
});

test('U3: what a save came to is in sight and has the focus: no connection, and another editor', { tag: '@phone' }, async ({ page, context, errors }) => {
  errors.allow(/ERR_INTERNET_DISCONNECTED|status of 412|WebSocket/);
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'olaf.offline', name: 'Olaf Offline' });
  const add = page.getByRole('button', { name: 'Add user' });
  await context.setOffline(true);
  await add.click();
  const said = page.locator('.form-alert');
  await expect(said).toBeFocused();
  await expect(said).toBeInViewport();
  await expect(said).not.toBeEmpty();
  // Once more: it is said again.
  await add.focus();
  await add.click();
  await expect(said).toBeFocused();
  await context.setOffline(false);
  await expect(page.getByLabel('Username', { exact: true })).toHaveValue('olaf.offline');

  const made = await addUser(page, { username: 'otto.other', name: 'Otto Other' });
  await gotoHydrated(page, `/users/${made.id}/edit`);
  const now = await request(page, 'GET', `/api/v1/users/${made.id}`);
  const patched = await page.request.fetch(now.url(), {
    method: 'PATCH',
    data: { description: 'Works nights' },
    headers: { origin: new URL(page.url()).origin, 'if-match': now.headers()['etag']! },
  });
  expect(patched.status()).toBe(200);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(said).toBeFocused();
  await expect(page.getByRole('button', { name: 'Overwrite with mine' })).toBeInViewport();
});
