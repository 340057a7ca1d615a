// P1 to P3: what a profile opens, who has it, and that reading is only reading.

import { ADMIN, addProfile, addUser, choose, expect, expectAccessible, expectToast, fillUser, gotoHydrated, request, setLevels, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const GIVEN = 'copper violin meadow 38 tea';
const OWN = 'orchard signal velvet 7 boats';

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

test('P1: a profile is created, edited, duplicated and deleted, and one in use asks for a replacement', async ({ page }) => {
  await gotoHydrated(page, '/profiles/new');
  await page.getByLabel('Name', { exact: true }).fill('Pool guard');
  await page.getByRole('button', { name: 'Create profile' }).click();
  await expect(page.getByText('Give access to at least one screen.').first()).toBeVisible();
  await setLevels(page, { Rooms: 'Read', Alerts: 'Full' });
  await page.getByRole('button', { name: 'Create profile' }).click();
  await expectToast(page, 'Pool guard saved');

  await choose(page, 'Pool guard', 'Edit');
  await setLevels(page, { Lighting: 'Read' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Pool guard saved');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Pool guard', exact: true }) });
  await expect(row).toContainText('full on Alerts; read on Rooms and Lighting; nothing else.');

  await choose(page, 'Pool guard', 'Duplicate');
  await expectToast(page, /Pool guard .*created/);

  await addUser(page, { username: 'petra.pool', name: 'Petra Pool', profiles: ['Pool guard'] });
  await gotoHydrated(page, '/profiles');
  await choose(page, 'Pool guard', 'Delete…');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 user has this profile');
  await expect(dialog.getByRole('button', { name: 'Delete profile' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Replacement', { exact: true }).selectOption('Receptionist');
  await expect(dialog.getByRole('status')).toContainText('1 user will gain');
  await expect(dialog.getByRole('textbox'), 'nobody asks for a name over one user').toHaveCount(0);
  await dialog.getByRole('button', { name: 'Delete profile' }).click();
  await expectToast(page, 'Pool guard deleted');
  const { items } = await (await request(page, 'GET', '/api/v1/users?q=petra.pool')).json();
  const receptionist = await (await request(page, 'GET', `/api/v1/profiles/${items[0].profiles[0]}`)).json();
  expect(receptionist.name).toBe('Receptionist');
});

test('P2: the highest level wins, places may differ per profile, and what they leave closed is offered', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'paula.places', name: 'Paula Places' });
  await page.getByRole('checkbox', { name: 'Auditor', exact: true }).check();
  await page.getByRole('radio', { name: 'Different per profile' }).check();
  const where = (profile: string) => page.getByRole('group', { name: `Where ${profile} applies` });
  await where('Receptionist').getByRole('checkbox', { name: 'Building C', exact: true }).check();
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(where('Auditor').locator('..').getByText('Choose at least one building or floor.'), 'nothing ticked is nothing').toBeVisible();
  await expect(where('Receptionist').locator('..').getByText('Choose at least one building or floor.')).toHaveCount(0);
  await expect(where('Auditor').locator('..').locator('.field-error')).toBeFocused();
  await where('Auditor').getByRole('checkbox', { name: 'Everything', exact: true }).check();
  await expect(page.getByText('so choosing places leaves them out'), 'Receptionist opens rooms and lights').toHaveCount(0);
  await where('Auditor').getByRole('checkbox', { name: 'Everything', exact: true }).uncheck();
  await where('Auditor').getByRole('checkbox', { name: 'Building A', exact: true }).check();
  await expect(page.getByText('so choosing places leaves them out')).toContainText('Users, Profiles, Sessions, Audit');
  await page.getByRole('checkbox', { name: 'Include them anyway' }).check();
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();

  await gotoHydrated(page, '/users?q=paula.places');
  await choose(page, 'Paula Places', 'Effective access');
  const row = (screen: string) => {
    return page.getByRole('dialog').getByRole('row').filter({ has: page.getByRole('cell', { name: screen, exact: true }) });
  };
  await expect(row('Rooms')).toContainText('Full');
  await expect(row('Rooms')).toContainText('Building C');
  await expect(row('Audit'), 'from the grant on everything alone').toHaveCount(1);
  await expect(row('Audit').filter({ hasText: 'Own permissions' })).toContainText('Everywhere');
});

test('P1: who replaces a profile learns who gains what, and types the name where that is many', { tag: '@phone' }, async ({ page }) => {
  const guards = await addProfile(page, 'Gate guard', { rooms: 'read' });
  await addUser(page, { username: 'gus.gate', name: 'Gus Gate', profiles: ['Gate guard'] });
  await gotoHydrated(page, `/profiles?delete=${guards.id}`);
  const dialog = page.getByRole('dialog', { name: 'Delete Gate guard?' });
  const replacement = dialog.getByLabel('Replacement', { exact: true });
  await expect(replacement, 'nothing is chosen beforehand').toHaveValue('');
  await expect(replacement.getByRole('option').last(), 'what gives most is last').toHaveText('Administrator');
  await replacement.selectOption('Administrator');
  await expect(dialog.getByRole('status')).toContainText(/1 user will gain .*Rooms: Full.*Users: Full/);
  const remove = dialog.getByRole('button', { name: 'Delete profile' });
  await expect(remove).toHaveAttribute('title', 'Type “Administrator” first.');
  await expectAccessible(page);
  await remove.click({ force: true });
  await expect(dialog).toBeVisible();
  const typed = dialog.getByLabel('Type “Administrator” to confirm');
  await typed.fill('administrator');
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await typed.fill('Administrator');
  await expect(remove).not.toHaveAttribute('aria-disabled', 'true');
  await replacement.selectOption('Technician');
  await expect(typed, 'asked anew for another').toHaveCount(0);
  await remove.click();
  await expectToast(page, 'Gate guard deleted');
});

test('P2: what opens as well on everything is what the form shows when it is sent', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'pia.places', name: 'Pia Places', profile: 'Auditor' });
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('checkbox', { name: 'Building A', exact: true }).check();
  const asWell = page.getByRole('checkbox', { name: 'Include them anyway' });
  await asWell.check();
  await page.getByRole('checkbox', { name: 'Auditor', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: 'Receptionist', exact: true }).check();
  await expect(asWell).toHaveCount(0);
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await gotoHydrated(page, '/users?q=pia.places');
  await choose(page, 'Pia Places', 'Effective access');
  await expect(page.getByRole('dialog').getByRole('row').filter({ hasText: 'Rooms' })).toContainText('Building A');
  await expect(page.getByRole('dialog')).not.toContainText('Everywhere');
});

test('P3: a screen at read shows its controls disabled with the reason, and the server refuses the write', async ({ page, anotherPerson }) => {
  await addProfile(page, 'Onlooker', { users: 'read', profiles: 'read', sessions: 'read' });
  await addUser(page, { username: 'otto.onlooker', name: 'Otto Onlooker', profiles: ['Onlooker'], password: GIVEN });
  const otto = await anotherPerson();
  await signInFirst(otto, { username: 'otto.onlooker', password: GIVEN }, OWN);

  for (const [path, button] of [['/users', 'Add user'], ['/profiles', 'Create profile']] as const) {
    await gotoHydrated(otto, path);
    const control = otto.getByRole('button', { name: button });
    await expect(control).toHaveAttribute('aria-disabled', 'true');
    await expect(control).toHaveAttribute('title', /screen at Full/);
  }
  await gotoHydrated(otto, '/profiles');
  await otto.getByRole('button', { name: 'Actions for Onlooker' }).click();
  await expect(otto.getByRole('menuitem', { name: 'Delete…' })).toHaveAttribute('aria-disabled', 'true');
  const refused = await request(otto, 'POST', '/api/v1/profiles', { name: 'Mine', levels: { rooms: 'read' } });
  expect(refused.status()).toBe(403);
  expect(refused.headers()['content-type']).toContain('application/problem+json');
});
