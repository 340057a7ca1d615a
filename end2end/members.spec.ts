// I6 and I7: API users and teams, from the form to what a program may do over the HTTP API.

import type { Page } from '@playwright/test';
import { ADMIN, addApiUser, addProfile, addTeam, addUser, choose, expect, expectToast, gotoHydrated, request, setLevels, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const GIVEN = 'copper violin meadow 38 tea';
const OWN = 'orchard signal velvet 7 boats';

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

/** Asks the HTTP API as a program does: no cookie, only the token. */
async function asked(page: Page, token: string, path: string, method = 'GET') {
  return fetch(new URL(path, page.url()), { method, headers: { authorization: `Bearer ${token}` } });
}

async function status(page: Page, token: string, path: string): Promise<number> {
  return (await asked(page, token, path)).status;
}

/** The token in the dialog that shows it once. */
async function shownToken(page: Page): Promise<string> {
  const token = await page.getByRole('dialog').getByRole('textbox', { name: 'Access token' }).textContent();
  expect(token).toMatch(/^dwu_[\w-]{48}$/);
  return token!;
}

/** Types into a search and picks what it finds, once what an earlier search found has gone. */
async function pick(page: Page, search: string, text: string, option: string | RegExp) {
  await page.getByRole('combobox', { name: search }).fill(text);
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.getByRole('option', { name: option }).click();
}

const device = (page: Page, name: string) => page.getByRole('group', { name, exact: true });
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

test('I7: a team gives its members all devices, and takes them within a second of leaving it', async ({ page, context }) => {
  await gotoHydrated(page, '/members/teams');
  await expect(page.getByRole('heading', { name: 'Members', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Add team' }).first().click();
  await page.getByRole('button', { name: 'Add team' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Name', { exact: true }).fill('All devices');
  await page.getByRole('radio', { name: 'Control', exact: true }).check();
  await page.getByRole('button', { name: 'Add team' }).click();
  await expectToast(page, 'All devices is added');
  await expect(page.getByText('All current and future devices: Control')).toBeVisible();
  const team = page.url();

  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Members' }).click();
  await page.getByRole('navigation', { name: 'Members' }).getByRole('link', { name: 'API users' }).click();
  await expect(page).toHaveURL('/members/api-users');
  await page.getByRole('link', { name: 'Add API user' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Basement gateway');
  await pick(page, 'Add to a team', 'all dev', 'All devices');
  await page.getByRole('radio', { name: 'At the end of a day' }).check();
  await page.getByRole('button', { name: 'Add API user' }).click();
  await expect(page.getByLabel('Expiration date', { exact: true })).toHaveAccessibleDescription(/Choose an expiration date/);
  await page.getByLabel('Expiration date', { exact: true }).fill('2099-01-31');
  await page.getByRole('button', { name: 'Add API user' }).click();

  const dialog = page.getByRole('dialog', { name: 'Access token of Basement gateway' });
  const token = await shownToken(page);
  await expect(dialog).toContainText("You won't see it again.");
  await expect(dialog.getByRole('region', { name: 'Commands' })).toContainText(`${new URL(team).origin}/api/v1/me`);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: 'Copy access token' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page).toHaveURL(/\/members\/api-users\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { name: 'Basement gateway' })).toBeVisible();
  expect(await page.content(), 'the token is not shown again').not.toContain(token.slice(8));
  expect((await (await asked(page, token, '/api/v1/devices')).json()).count).toBeGreaterThan(0);
  expect(await status(page, token, '/api/v1/rooms'), 'rooms belong to places').toBe(403);

  await page.getByRole('link', { name: 'All devices', exact: true }).click();
  await expect(page).toHaveURL(team);
  await choose(page, 'Basement gateway', 'Remove from team…');
  const question = page.getByRole('dialog', { name: 'Remove Basement gateway from All devices?' });
  await expect(question).toContainText("Basement gateway immediately loses these permissions, unless they're also granted elsewhere: Lighting full");
  await question.getByRole('button', { name: 'Remove from team' }).click();
  await expectToast(page, 'Basement gateway is removed from All devices');
  await expect.poll(() => status(page, token, '/api/v1/devices'), { timeout: 1_000, intervals: [50] }).toBe(403);
  await expect(page.getByText('No members yet').first()).toBeVisible();
});

test('I7: people are found and added on the page of a team, which the list of another tab follows', async ({ page, context, errors }) => {
  const team = await addTeam(page, { name: 'Evening shift', rights: { levels: { alerts: 'full' } } });
  await addUser(page, { username: 'tara.team', name: 'Tara Team' });
  const list = await context.newPage();
  await gotoHydrated(list, '/members/teams?q=evening');
  await expect(row(list, 'Evening shift')).toContainText('No members yet');

  await gotoHydrated(page, `/members/teams/${team.id}`);
  await page.getByRole('link', { name: 'Add member…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await expect(dialog.getByRole('button', { name: 'Add member', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await pick(page, 'Search for a user or API user', 'tara.te', /Tara Team/);
  await expect(dialog).toContainText('Alerts full');
  await dialog.getByRole('button', { name: 'Add member', exact: true }).click();
  await expectToast(page, 'Tara Team is added');
  await expect(row(page, 'Tara Team')).toContainText('tara.team');
  await expect(row(list, 'Evening shift'), 'by itself').toContainText('1 user');

  await page.getByRole('link', { name: 'Add member…' }).click();
  await pick(page, 'Search for a user or API user', 'tara.te', /Tara Team/);
  await dialog.getByRole('button', { name: 'Add member', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('is already in this team');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(`/members/teams/${team.id}`);

  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Remark', { exact: true }).fill('From ten to six');
  // Somebody else saves first.
  const other = await request(page, 'GET', `/api/v1/teams/${team.id}`);
  const patched = await page.request.fetch(other.url(), {
    method: 'PATCH',
    data: { name: 'Late shift' },
    headers: { origin: new URL(page.url()).origin, 'if-match': other.headers()['etag']! },
  });
  expect(patched.status()).toBe(200);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Remark', { exact: true }), 'nothing typed is lost').toHaveValue('From ten to six');
  await page.getByRole('link', { name: 'Load the current version' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Late shift');

  await gotoHydrated(page, `/members/teams/${team.id}`);
  await choose(page, 'Late shift', 'Delete…');
  const remove = page.getByRole('dialog', { name: 'Delete Late shift?' });
  await expect(remove).toContainText("1 user will lose the team's permissions: Alerts full");
  // The open page hears that its team changed, looks again, and leaves.
  errors.allow(/404 .*teams\.(get|members)/);
  await remove.getByRole('textbox').fill('Late shift');
  await remove.getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL('/members/teams');
  expect((await request(page, 'GET', `/api/v1/teams/${team.id}`)).status()).toBe(404);
});

test('I6: an API user gets its own permissions, and rights on single devices that are searched and ticked', async ({ page }) => {
  const { items } = await (await request(page, 'GET', '/api/v1/lights?q=101&limit=2')).json();
  const [lamp, other] = items.map((light: { full_name: string }) => light.full_name);
  await gotoHydrated(page, '/members/api-users/new');
  await page.getByLabel('Name', { exact: true }).fill('Stairway buttons');
  await page.getByLabel('Remark', { exact: true }).fill('Two of them');
  await page.getByRole('radio', { name: 'Never, until you replace it' }).check();
  await setLevels(page, { Alerts: 'Read' });

  // By keyboard: down into the list, Enter picks, and sends nothing.
  const search = page.getByRole('combobox', { name: 'Search devices' });
  await search.fill(lamp.replaceAll(' / ', ' '));
  await expect(page.getByRole('option', { name: lamp })).toBeVisible();
  await search.press('Enter');
  await expect(device(page, lamp), 'nothing was chosen yet').toHaveCount(0);
  await search.press('ArrowDown');
  await expect(page.getByRole('option', { name: lamp })).toHaveAttribute('aria-selected', 'true');
  await search.press('Enter');
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('');
  await device(page, lamp).getByRole('checkbox', { name: 'Control' }).check();
  await pick(page, 'Search devices', other.replaceAll(' / ', ' '), other);
  const configure = device(page, other).getByRole('checkbox', { name: 'Configure' });
  const control = device(page, other).getByRole('checkbox', { name: 'Control' });
  await configure.check();
  await expect(control, 'each right contains the one before').toBeChecked();
  await control.uncheck();
  await expect(configure).not.toBeChecked();
  await page.getByRole('button', { name: `Remove ${other}` }).click();
  await expect(device(page, other)).toHaveCount(0);
  await expect(search).toBeFocused();

  await page.getByRole('button', { name: 'Add API user' }).click();
  const token = await shownToken(page);
  await page.getByRole('dialog').getByRole('button', { name: 'I have stored it' }).click();
  const lights = await (await asked(page, token, '/api/v1/lights')).json();
  expect(lights.items.map((light: { full_name: string }) => light.full_name), 'that device and no other').toEqual([lamp]);
  expect(await status(page, token, '/api/v1/alerts')).toBe(200);
  expect(await status(page, token, '/api/v1/users')).toBe(403);
  await page.reload();
  await expect(page.getByRole('cell', { name: lamp })).toBeVisible();
  await expect(page.getByText('Users read: denied once')).toBeVisible();

  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(device(page, lamp).getByRole('checkbox', { name: 'Control' })).toBeChecked();
  await device(page, lamp).getByRole('checkbox', { name: 'Control' }).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Stairway buttons saved');
  await expect(page.getByRole('row').filter({ hasText: lamp })).toContainText('View');
});

test('I6: a replaced token stops at once, as does that of an API user who is disabled', async ({ page, errors }) => {
  const made = await addApiUser(page, { name: 'Old pump', rights: { levels: { alerts: 'read' } } });
  expect(await status(page, made.access_token, '/api/v1/alerts')).toBe(200);
  await gotoHydrated(page, '/members/api-users?q=old+pump');
  await expect(page.getByText('1 API user', { exact: true })).toBeVisible();
  await choose(page, 'Old pump', 'Replace token…');
  const ask = page.getByRole('dialog', { name: 'Replace the token of Old pump?' });
  await expect(ask).toContainText('stops working immediately');
  await ask.getByRole('radio', { name: 'At the end of a day' }).check();
  await ask.getByRole('button', { name: 'Replace token' }).click();
  await expect(ask.getByLabel('Expiration date', { exact: true })).toHaveAccessibleDescription(/Choose an expiration date/);
  await ask.getByRole('radio', { name: 'Never, until you replace it' }).check();
  await ask.getByRole('button', { name: 'Replace token' }).click();
  await expect(page.getByRole('dialog', { name: 'Access token of Old pump' })).toBeVisible();
  const fresh = await shownToken(page);
  await page.getByRole('dialog').getByRole('button', { name: 'I have stored it' }).click();
  expect([await status(page, made.access_token, '/api/v1/alerts'), await status(page, fresh, '/api/v1/alerts')]).toEqual([401, 200]);

  await choose(page, 'Old pump', 'Disable…');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expectToast(page, 'Old pump is disabled');
  await expect(page.getByText("Its token doesn't work until")).toBeVisible();
  expect(await status(page, fresh, '/api/v1/alerts')).toBe(401);
  await gotoHydrated(page, '/members/api-users?status=disabled');
  await choose(page, 'Old pump', 'Enable…');
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click();
  await expectToast(page, 'Old pump is enabled');
  expect(await status(page, fresh, '/api/v1/alerts')).toBe(200);

  await choose(page, 'Old pump', 'Delete…');
  // The open page hears that its API user changed, looks again, and leaves.
  errors.allow(/404 .*api_users\.detail/);
  await page.getByRole('dialog').getByRole('textbox').fill('Old pump');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL('/members/api-users');
  expect(await status(page, fresh, '/api/v1/alerts')).toBe(401);
});

test('I6, I7: teams and API users say what places leave closed, and open it where somebody asks for it', async ({ page }) => {
  await gotoHydrated(page, '/members/teams/new');
  await page.getByLabel('Name', { exact: true }).fill('Front desk');
  await setLevels(page, { Rooms: 'Read', Audit: 'Read' });
  await page.getByRole('radio', { name: 'Buildings and floors' }).check();
  await page.getByRole('checkbox', { name: 'Building B', exact: true }).check();
  await expect(page.getByText('so choosing places leaves them out')).toContainText('Audit.');
  await page.getByRole('button', { name: 'Add team' }).click();
  await expectToast(page, 'Front desk is added');
  const access = page.getByRole('table', { name: 'Permissions by place' });
  await expect(access).toContainText('read on Rooms');
  await expect(access).not.toContainText('Audit');
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Include them anyway' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, 'Front desk saved');
  await expect(access.getByRole('row').filter({ hasText: 'Everywhere' })).toContainText('read on Audit');

  await gotoHydrated(page, '/members/api-users/new');
  const role = page.getByLabel('Role', { exact: true });
  await expect(role).toHaveCount(0);
  await pick(page, 'Add to a team', 'front', 'Front desk');
  await expect(role, 'what the team administers').toHaveValue('owner');
  await page.getByRole('button', { name: 'Remove from Front desk' }).click();
  await expect(role).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Auditor', exact: true }).check();
  await expect(role).toHaveValue('owner');
});

test('P3: who may only read members sees their controls disabled with the reason', async ({ page, anotherPerson }) => {
  const team = await addTeam(page, { name: 'Seen team' });
  const seen = await addApiUser(page, { name: 'Seen pump', teams: [team.id] });
  await addProfile(page, 'Members reader', { members: 'read' });
  await addUser(page, { username: 'mara.reader', name: 'Mara Reader', profiles: ['Members reader'], password: GIVEN });
  const mara = await anotherPerson();
  await signInFirst(mara, { username: 'mara.reader', password: GIVEN }, OWN);
  await expect(mara, 'the first screen that is open').toHaveURL('/members/teams');
  const disabled = async (path: string, name: string) => {
    await gotoHydrated(mara, path);
    const control = mara.getByRole('button', { name, exact: true }).first();
    await expect(control, `${name} on ${path}`).toHaveAttribute('aria-disabled', 'true');
    await expect(control).toHaveAttribute('title', /You need the Members screen at Full/);
  };
  await disabled('/members/teams', 'Add team');
  await disabled('/members/teams/new', 'Add team');
  await disabled(`/members/teams/${team.id}`, 'Edit');
  await disabled(`/members/teams/${team.id}`, 'Add member…');
  await disabled(`/members/teams/${team.id}/edit`, 'Save');
  await disabled('/members/api-users', 'Add API user');
  await disabled('/members/api-users/new', 'Add API user');
  await disabled(`/members/api-users/${seen.id}`, 'Replace token…');
  await disabled(`/members/api-users/${seen.id}/edit`, 'Save');
  await gotoHydrated(mara, '/members/api-users?q=seen');
  await mara.getByRole('button', { name: 'Actions for Seen pump' }).click();
  await expect(mara.getByRole('menuitem', { name: 'Delete…' })).toHaveAttribute('aria-disabled', 'true');
  expect((await request(mara, 'POST', '/api/v1/teams', { name: 'Mine' })).status()).toBe(403);
});
