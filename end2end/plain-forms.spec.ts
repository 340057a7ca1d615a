// V2: every form is saved as a browser sends it itself, without the application and before it has started; what is refused is
// shown again as it was filled in, with what is wrong at its fields.

import type { Page } from '@playwright/test';
import { ADMIN, addApiUser, addIntegration, addProfile, addTeam, addUser, expect, expectAccessible, expectHydrated, expectNoSidewaysScroll, expectSeen, fillUser, request, signIn, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const everywhere = { tag: '@phone' };

// The browser's console says of a page that says what is wrong what its status is.
test.beforeEach(({ errors }) => errors.allow(/status of 4(09|12|22)/));

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const level = (page: Page, screen: string, level: string) =>
  page.getByRole('group', { name: screen, exact: true }).getByLabel(level, { exact: true }).check();

async function one(page: Page, path: string) {
  const { items } = await (await request(page, 'GET', path)).json();
  expect(items).toHaveLength(1);
  return items[0];
}

/** The page that hands something over, this once. */
async function expectHanded(page: Page, title: string | RegExp, label: string) {
  await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible();
  await expect(field(page, label)).toHaveValue(/.{8,}/);
  await page.getByRole('link', { name: 'I have stored it' }).click();
}

/** A name that the desktop and the phone, which share one server, do not both take. */
const own = (name: string) => `${name} ${test.info().project.name}`;

test.describe('without JavaScript', everywhere, () => {
  test.use({ javaScriptEnabled: false });

  test.beforeEach(async ({ page }) => {
    await signIn(page, ADMIN.username, ADMIN.password);
  });

  test('a user is refused with what is wrong at its field, then added and edited', async ({ page }) => {
    const username = own('wanda').replace(/\W+/g, '.');
    await page.goto('/users/new');
    await expect(page.locator('noscript span')).toBeVisible();
    await fillUser(page, { username: ADMIN.username, name: 'Wanda Waits' });
    await field(page, 'Description').fill('Night shift, door B.\nAsk Ivan.');
    await press(page, 'Add user');
    await expect(page.getByRole('alert')).toContainText('This username is taken.');
    await expect(field(page, 'Username')).toHaveAttribute('aria-invalid', 'true');
    await expect(field(page, 'Description')).toHaveValue('Night shift, door B.\nAsk Ivan.');
    await expect(page.getByRole('checkbox', { name: 'Receptionist', exact: true })).toBeChecked();
    await page.getByRole('radio', { name: 'Buildings and floors' }).check();
    await press(page, 'Add user');
    await expect(page.getByRole('alert')).toContainText('Choose at least one building or floor');
    await page.getByRole('checkbox', { name: 'Building B', exact: true }).check();
    await field(page, 'Username').fill(username);
    await press(page, 'Add user');
    await expectHanded(page, 'Share the password', 'Temporary password');
    await expect(page.getByRole('heading', { name: 'Wanda Waits', level: 1 })).toBeVisible();
    const user = await one(page, `/api/v1/users?q=${username}`);
    expect([user.description, user.places.length, user.profiles.length]).toEqual(['Night shift, door B.\nAsk Ivan.', 1, 1]);

    await page.goto(`/users/${user.id}/edit`);
    await field(page, 'Name').fill('Wanda Works');
    await press(page, 'Save');
    await expect(page.getByRole('heading', { name: 'Wanda Works', level: 1 })).toBeVisible();
  });

  test('one\'s own details are saved, and what is wrong is said', async ({ page }) => {
    await page.goto('/me');
    await field(page, 'Email').fill('nowhere');
    await press(page, 'Save');
    await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible();
    await expect(field(page, 'Email')).toHaveValue('nowhere');
    await field(page, 'Email').fill('admin@example.com');
    await press(page, 'Save');
    await expect(page).toHaveURL(/\/me$/);
    await expect(field(page, 'Email')).toHaveValue('admin@example.com');
  });

  test('a profile and a team are made and edited', async ({ page }) => {
    const [porter, evening] = [own('Door porter'), own('Evening')];
    await page.goto('/profiles/new');
    await field(page, 'Name').fill(porter);
    await press(page, 'Create profile');
    await expect(page.getByRole('alert')).toContainText('Give access to at least one screen.');
    await level(page, 'Rooms', 'Full');
    await press(page, 'Create profile');
    await expect(page).toHaveURL(/\/profiles$/);
    const profile = await one(page, `/api/v1/profiles?q=${porter}`);
    await page.goto(`/profiles/${profile.id}/edit`);
    await level(page, 'Alerts', 'Read');
    await press(page, 'Save');
    await expect(page).toHaveURL(/\/profiles$/);
    expect((await one(page, `/api/v1/profiles?q=${porter}`)).levels).toEqual({ rooms: 'full', alerts: 'read' });

    await page.goto('/members/teams/new');
    await field(page, 'Name').fill(evening);
    await page.getByRole('checkbox', { name: porter, exact: true }).check();
    await press(page, 'Add team');
    await expect(page.getByRole('heading', { name: evening, level: 1 })).toBeVisible();
    const team = await one(page, `/api/v1/teams?q=${evening}`);
    await page.goto(`/members/teams/${team.id}/edit`);
    await expect(page.getByRole('checkbox', { name: porter, exact: true })).toBeChecked();
    await page.getByRole('checkbox', { name: porter, exact: true }).uncheck();
    await press(page, 'Save');
    await expect(page.getByRole('heading', { name: evening, level: 1 })).toBeVisible();
    expect((await one(page, `/api/v1/teams?q=${evening}`)).rights.profiles).toEqual([]);
  });

  test('the secrets of an API user, an API key and an integration are shown once', async ({ page }) => {
    const [gateway, backup, robots] = [own('Plain gateway'), own('Plain backup'), own('Plain robots')];
    await page.goto('/members/api-users/new');
    await field(page, 'Name').fill(gateway);
    await level(page, 'Rooms', 'Read');
    await expect(page.getByText(/^Expires \d{4}-\d\d-\d\d 23:59 UTC\.$/)).toBeVisible();
    await page.getByRole('radio', { name: 'At the end of a day' }).check();
    await press(page, 'Add API user');
    await expect(page.getByRole('alert')).toContainText('Choose an expiration date');
    await field(page, 'Expiration date').fill('2099-12-31');
    await press(page, 'Add API user');
    await expectHanded(page, /^Access token of/, 'Access token');
    const { id } = await one(page, `/api/v1/api-users?q=${gateway}`);
    await page.goto(`/members/api-users/${id}/edit`);
    await field(page, 'Remark').fill('In the cellar');
    await press(page, 'Save');
    await expect(page.getByText('In the cellar')).toBeVisible();

    await page.goto('/me/api-keys/new');
    await field(page, 'Name').fill(backup);
    await page.getByRole('radio', { name: /^Never/ }).check();
    await press(page, 'Create API key');
    await expectHanded(page, /created$/, 'Secret');
    await expect(page.getByRole('row').filter({ hasText: backup })).toBeVisible();

    await page.goto('/integrations/new');
    await field(page, 'Name').fill(robots);
    await level(page, 'Rooms', 'Full');
    await press(page, 'Create integration');
    await expectHanded(page, /created$/, 'Client secret');
    await expect(page.getByRole('heading', { name: robots, level: 1 })).toBeVisible();
    const integration = await one(page, `/api/v1/integrations?q=${robots}`);
    await page.goto(`/integrations/${integration.id}/edit`);
    await level(page, 'Rooms', 'Read');
    await press(page, 'Save');
    await expect(page.getByRole('heading', { name: robots, level: 1 })).toBeVisible();
    expect((await one(page, `/api/v1/integrations?q=${robots}`)).levels).toEqual({ rooms: 'read' });
  });
});

test.describe('before the application has started', everywhere, () => {
  /** Fills and sends the form at `path` while the application is held back; what is refused then comes alive. */
  async function sendEarly(page: Page, path: string, button: string, fill: () => Promise<void>) {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/doorward.wasm', async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(path, { waitUntil: 'commit' });
    await fill();
    await press(page, button);
    await page.waitForLoadState('domcontentloaded');
    return async () => {
      release();
      await expectHydrated(page);
      await page.unrouteAll({ behavior: 'wait' });
    };
  }

  test('a user who is refused goes on in the form that came alive', async ({ page }) => {
    const username = own('early').replace(/\W+/g, '.');
    await signIn(page, ADMIN.username, ADMIN.password);
    const start = await sendEarly(page, '/users/new', 'Add user', async () => {
      await fillUser(page, { username, name: 'Early Bird' });
      await field(page, 'Region').selectOption({ label: 'Asia-Pacific' });
      await page.getByRole('radio', { name: 'Custom' }).check();
      await page.getByRole('radio', { name: 'Buildings and floors' }).check();
    });
    await expect(page.getByRole('alert')).toBeVisible();
    await start();
    await expect(field(page, 'Name')).toHaveValue('Early Bird');
    await expect(field(page, 'Mobile phone number')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: 'Receptionist', exact: true })).toBeChecked();
    await expect(page.getByRole('radio', { name: 'Buildings and floors' })).toBeChecked();
    await expectAccessible(page);
    await field(page, 'Region').selectOption({ label: 'Europe' });
    await expect(field(page, 'Mobile phone number')).toHaveCount(0);
    await page.getByRole('radio', { name: 'Auto-generate' }).check();
    await page.getByRole('checkbox', { name: 'Building B', exact: true }).check();
    await press(page, 'Add user');
    await press(page, 'I have stored it');
    expect((await one(page, `/api/v1/users?q=${username}`)).places).toHaveLength(1);
  });

  test('each form is saved, or says at its field what is wrong and keeps what was typed', async ({ page }) => {
    test.slow();
    await signIn(page, ADMIN.username, ADMIN.password);
    const profile = await addProfile(page, own('Early profile'), { rooms: 'read' });
    const team = await addTeam(page, { name: own('Early team') });
    const apiUser = await addApiUser(page, { name: own('Early gateway') });
    const integration = await addIntegration(page, { name: own('Early robots'), levels: { rooms: 'read' } });
    const user = await addUser(page, { username: own('early.edit').replace(/\W+/g, '.'), name: own('Early Edit') });
    const forms: [string, string][] = [
      ['/profiles/new', 'Create profile'],
      ['/members/teams/new', 'Add team'],
      ['/members/api-users/new', 'Add API user'],
      ['/me/api-keys/new', 'Create API key'],
      ['/integrations/new', 'Create integration'],
      [`/profiles/${profile.id}/edit`, 'Save'],
      [`/members/teams/${team.id}/edit`, 'Save'],
      [`/members/api-users/${apiUser.id}/edit`, 'Save'],
      [`/users/${user.id}/edit`, 'Save'],
    ];
    for (const [path, button] of forms) {
      await test.step(path, async () => {
        const start = await sendEarly(page, path, button, async () => {
          await field(page, 'Name').evaluate((input) => input.removeAttribute('maxlength'));
          await field(page, 'Name').fill('x'.repeat(300));
        });
        await expect(page.getByRole('alert')).toContainText(/\w/);
        await start();
        await expect(field(page, 'Name')).toHaveValue('x'.repeat(300));
      });
    }
    const key = own('Early key');
    await sendEarly(page, '/me/api-keys/new', 'Create API key', async () => {
      await field(page, 'Name').fill(key);
      await page.getByRole('radio', { name: /^Never/ }).check();
    });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await expectAccessible(page);
    await expectSeen(page);
    await expectNoSidewaysScroll(page);
    await expectHanded(page, `${key} created`, 'Secret');
    const start = await sendEarly(page, `/integrations/${integration.id}/edit`, 'Save', () => level(page, 'Rooms', 'Full'));
    await expect(page).toHaveURL(new RegExp(`/integrations/${integration.id}$`));
    await start();
    expect((await one(page, `/api/v1/integrations?q=${own('Early robots')}`)).levels).toEqual({ rooms: 'full' });
  });
});
