// Forms: what is typed is lost by nothing but *Discard changes* and closing the tab (V6), what is said to be wrong is taken back as it is
// mended, and what saving gives is said beside the buttons.

import { ADMIN, addUser, expect, expectAccessible, expectHydrated, expectToast, fillUser, gotoHydrated, request, signIn, signInFirst, submitSignIn, test } from './fixtures';
import type { Page } from '@playwright/test';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const KEPT = 'Not saved. What you typed is kept in this tab.';
const GIVEN = 'copper violin meadow 38 tea';
const OWN = 'orchard signal velvet 7 boats';
const BACK = 'What you typed here before is back.';

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

async function fillHalf(page: Page) {
  await gotoHydrated(page, '/users/new');
  await fillUser(page, { username: 'dora.draft', name: 'Dora Draft' });
  await field(page, 'Description').fill('Night shift, door B.\nAsk Ivan.');
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('checkbox', { name: 'Building B', exact: true }).check();
}

async function expectHalf(page: Page) {
  await expect(page.getByText(BACK)).toBeVisible();
  await expect(field(page, 'Username')).toHaveValue('dora.draft');
  await expect(field(page, 'Name')).toHaveValue('Dora Draft');
  await expect(field(page, 'Description')).toHaveValue('Night shift, door B.\nAsk Ivan.');
  await expect(field(page, 'Role')).toHaveValue('owner');
  await expect(page.getByRole('checkbox', { name: 'Receptionist', exact: true })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Building B', exact: true })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Building A', exact: true })).not.toBeChecked();
}

test('V6: half a user outlives the menu, Cancel, Back and a reload, is saved as typed, and then is gone', { tag: '@phone' }, async ({ page }) => {
  await fillHalf(page);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/users$/);
  await expectToast(page, KEPT);
  await page.goBack();
  await expectHalf(page);
  await page.goBack();
  await page.goForward();
  await expectHalf(page);
  await page.reload();
  await expectHydrated(page);
  await expectHalf(page);
  await expectAccessible(page, '.form-page .notice');
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page).toHaveURL(/\/users/);
  const { items } = await (await request(page, 'GET', '/api/v1/users?q=dora.draft')).json();
  expect(items[0].description).toBe('Night shift, door B.\nAsk Ivan.');
  expect(items[0].places).toHaveLength(1);
  await gotoHydrated(page, '/users/new');
  await expect(field(page, 'Username')).toHaveValue('');
  await expect(page.getByText(BACK)).toHaveCount(0);
});

test('V6: who is signed out over half a form finds it after signing in again, and somebody else does not', async ({ page: admin, anotherPerson }) => {
  await addUser(admin, { username: 'lena.later', name: 'Lena Later', profiles: ['Administrator'], role: 'common_manager', password: GIVEN });
  const [page, other] = [await anotherPerson(), await anotherPerson()];
  await signInFirst(page, { username: 'lena.later', password: GIVEN }, OWN);
  await fillHalf(page);
  await signIn(other, 'lena.later', OWN);
  await page.waitForURL(/\/sign-in/);
  expect(await submitSignIn(page, 'lena.later', OWN)).toBe(409);
  await page.getByRole('button', { name: /close the other session/i }).click();
  await page.waitForURL(/\/users\/new$/);
  await expectHydrated(page);
  await expectHalf(page);

  await signIn(other, 'lena.later', OWN);
  await page.waitForURL(/\/sign-in/);
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users/new');
  await expect(field(page, 'Username')).toHaveValue('');
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  expect(kept).not.toContain('dora.draft');
});

test('V6: discarding a draft brings back what is stored', async ({ page }) => {
  await gotoHydrated(page, '/profiles/new');
  await field(page, 'Name').fill('Half a profile');
  await page.getByRole('group', { name: 'Rooms', exact: true }).getByLabel('Full', { exact: true }).check();
  await page.reload();
  await expectHydrated(page);
  await expect(field(page, 'Name')).toHaveValue('Half a profile');
  await expect(page.getByRole('group', { name: 'Rooms', exact: true }).getByLabel('Full', { exact: true })).toBeChecked();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(field(page, 'Name')).toHaveValue('');
  await expect(page.getByText(BACK)).toHaveCount(0);
});

test('V6: teams and devices that were picked come back, and count when it is saved', async ({ page }) => {
  const team = await (await request(page, 'POST', '/api/v1/teams', { name: 'Evening shift' })).json();
  await gotoHydrated(page, '/members/api-users/new');
  await field(page, 'Name').fill('Gateway');
  await page.getByRole('combobox', { name: 'Add to a team' }).fill('evening');
  await page.getByRole('option', { name: 'Evening shift' }).click();
  const [lamp] = (await (await request(page, 'GET', '/api/v1/lights?q=101&limit=1')).json()).items;
  await page.getByRole('combobox', { name: 'Search devices' }).fill(lamp.full_name.replaceAll(' / ', ' '));
  await page.getByRole('option', { name: lamp.full_name }).click();
  await page.getByRole('checkbox', { name: 'Control', exact: true }).check();
  await page.getByRole('radio', { name: /^Never/ }).check();
  await page.reload();
  await expectHydrated(page);
  await expect(page.getByText(BACK)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove from Evening shift' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Control', exact: true })).toBeChecked();
  await page.getByRole('button', { name: 'Add API user' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  const { items } = await (await request(page, 'GET', '/api/v1/api-users?q=gateway')).json();
  expect(items[0].teams).toEqual([team.id]);
  expect(items[0].rights.devices).toMatchObject([{ right: 'control' }]);
});

test('V6: a password is in no draft, also while it is shown', async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await field(page, 'Username').fill('paul.password');
  await page.getByRole('radio', { name: 'Custom' }).check();
  await field(page, 'Password').fill('orchard signal velvet 7 boats');
  await page.getByRole('button', { name: 'Show password', exact: true }).click();
  await field(page, 'Password').fill('orchard signal velvet 8 boats');
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  expect(kept).toContain('paul.password');
  expect(kept).not.toContain('velvet');
});

test('what is said to be wrong leads to its field, and is taken back as it is mended', { tag: '@phone' }, async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await page.getByRole('button', { name: 'Add user' }).click();
  const said = page.getByRole('alert').filter({ hasText: 'Check' });
  await expect(said).toBeVisible();
  await expect(field(page, 'Username')).toHaveAttribute('aria-invalid', 'true');
  await said.getByRole('button', { name: /email/i }).click();
  await expect(field(page, 'Email')).toBeFocused();
  await expect(field(page, 'Email')).toBeInViewport();
  const lines = await said.getByRole('listitem').count();
  await field(page, 'Email').fill('dora@example.com');
  await expect(said.getByRole('listitem')).toHaveCount(lines - 1);
  await expect(field(page, 'Email')).not.toHaveAttribute('aria-invalid', 'true');
  await expect(field(page, 'Username')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
});

test('the summary says what somebody gets and where, and the buttons stay in reach', { tag: '@phone' }, async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  const said = page.getByRole('region', { name: 'What saving gives' });
  await expect(said).toHaveText('This user gets no screen here.');
  await field(page, 'Name').fill('Ivan Nightingale');
  await page.getByRole('checkbox', { name: 'Receptionist', exact: true }).check();
  await expect(said).toHaveText('Ivan Nightingale gets Rooms: Full and Lighting: Read everywhere.');
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await expect(said, 'no place is nowhere').toContainText('gets no screen here');
  await page.getByRole('checkbox', { name: 'Building A / Floor 1', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Building A', exact: true }).check();
  await expect(page.getByRole('checkbox', { name: 'Building A / Floor 1' }), 'the building has it').toBeHidden();
  await page.getByRole('checkbox', { name: 'Building B / Floor 2', exact: true }).check();
  await expect(said).toContainText('in Building A and Building B / Floor 2.');
  await page.getByRole('checkbox', { name: 'Auditor', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Include them anyway' }).check();
  await expect(said).toContainText('Also Users: Read, Profiles: Read, Sessions: Read and Audit: Read everywhere.');
  for (const top of [0, 600, 1200]) {
    await page.evaluate((top) => scrollTo(0, top), top);
    await expect(page.getByRole('button', { name: 'Add user' })).toBeInViewport({ ratio: 1 });
  }
  await expectAccessible(page);
});

test('a place among many is found by its name', async ({ page }) => {
  await page.route('**/fn/users.choices', async (route) => {
    const choices = await (await route.fetch()).json();
    const more = Array.from({ length: 40 }, (_, at) => ({ id: `more-${at}`, name: `Annex ${at}`, full_name: `Annex ${at}`, depth: 0 }));
    await route.fulfill({ json: { ...choices, places: [...choices.places, ...more] } });
  });
  await gotoHydrated(page, '/users');
  await page.getByRole('link', { name: 'Add user' }).first().click();
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('searchbox', { name: 'Search buildings and floors' }).fill('annex 39');
  const boxes = page.getByRole('group', { name: 'Buildings and floors' }).getByRole('checkbox');
  await expect(boxes).toHaveCount(1);
  await boxes.check();
  await page.getByRole('searchbox', { name: 'Search buildings and floors' }).fill('');
  await expect(boxes).not.toHaveCount(1);
  await expect(page.getByRole('checkbox', { name: 'Annex 39', exact: true })).toBeChecked();
});

test('a profile among many is found by its name or a screen, and what is chosen stays in sight', { tag: '@phone' }, async ({ page }) => {
  await page.route('**/fn/users.choices', async (route) => {
    const choices = await (await route.fetch()).json();
    const [one] = choices.profiles.filter((it: { name: string }) => it.name === 'Receptionist');
    const more = Array.from({ length: 12 }, (_, at) => ({ ...one, id: `more-${at}`, name: `Extra ${at}` }));
    await route.fulfill({ json: { ...choices, profiles: [...choices.profiles, ...more] } });
  });
  await gotoHydrated(page, '/users');
  await page.getByRole('link', { name: 'Add user' }).first().click();
  const group = page.getByRole('group', { name: 'Profiles' });
  const [boxes, search] = [group.getByRole('checkbox'), page.getByRole('searchbox', { name: 'Search profiles' })];
  await search.fill('extra 11');
  await expect(boxes).toHaveCount(1);
  await boxes.check();
  await search.fill('hvac');
  await expect(group.getByRole('checkbox', { name: 'Technician', exact: true })).toBeVisible();
  await expect(group.getByRole('checkbox', { name: 'Extra 11', exact: true })).toBeHidden();
  await expectAccessible(page, '[data-field="profiles"]');
  await group.getByRole('button', { name: 'Remove Extra 11' }).click();
  await expect(search).toBeFocused();
  await expect(group.getByRole('button')).toHaveCount(0);
  await search.fill('');
  await expect(group.getByRole('checkbox', { name: 'Extra 11', exact: true })).not.toBeChecked();
});

test('a building says how many of its floors are ticked', { tag: '@phone' }, async ({ page }) => {
  await gotoHydrated(page, '/users/new');
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  const building = page.getByRole('checkbox', { name: 'Building B', exact: true });
  const floors = page.getByRole('checkbox', { name: /^Building B \/ Floor/ });
  const all = await floors.count();
  await floors.first().check();
  await expect(building).toHaveJSProperty('indeterminate', true);
  await expect(page.getByText(`1 of ${all} floors.`)).toBeVisible();
  await expectAccessible(page, '.places');
  await building.check();
  await expect(building).toHaveJSProperty('indeterminate', false);
  await expect(floors.first()).toBeHidden();
  await building.uncheck();
  await expect(page.getByText(`1 of ${all} floors.`)).toBeVisible();
});
