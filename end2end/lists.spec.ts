// What every list has: its range and pages, its filters, the way back to where it was left, and its keys.

import type { Locator, Page } from '@playwright/test';
import { ADMIN, addApiUser, addTeam, addUser, choose, expect, expectAccessible, expectNoSidewaysScroll, expectSeen, expectToast, gotoHydrated, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const everywhere = { tag: '@phone' };

const above = (page: Page) => page.getByRole('navigation', { name: 'Pages', exact: true });
const below = (page: Page) => page.getByRole('navigation', { name: 'Pages, below the list' });
const shows = (page: Page, range: string) => expect(page.getByText(range, { exact: true })).toBeVisible();
const step = (pages: Locator, name: string) => pages.getByRole('link', { name, exact: true });
const title = (page: Page) => page.getByRole('heading', { level: 1 });
const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'User management' }).getByRole('link', { name });
const nameLink = (page: Page, row: number) => page.locator('tbody tr').nth(row).locator('.main a').first();

/** Holds the answers to a server function back until the function that is returned is called. */
async function hold(page: Page, name: string): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**/fn/${name}`, async (route) => {
    await released;
    await route.continue();
  });
  return async () => {
    release();
    await page.unrouteAll({ behavior: 'wait' });
  };
}

/** Where a page is, however its address writes the same. */
const asked = (url: string) => [new URL(url).pathname, Object.fromEntries(new URL(url).searchParams)];
const expectAt = (page: Page, url: string) => expect.poll(() => asked(page.url())).toEqual(asked(url));

const isInSight = (it: Locator) =>
  it.evaluate((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });

test('a list says which part of it is shown, above and below, and leads both ways', everywhere, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/rooms');
  await shows(page, '1–50 of 960 rooms');
  await shows(page, '1–50 of 960');
  await expect(step(above(page), 'Previous page')).toHaveCount(0);
  await step(above(page), 'Next page').click();
  await shows(page, '51–100 of 960 rooms');
  const second = page.url();
  await step(below(page), 'Next page').click();
  await shows(page, '101–150 of 960 rooms');
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await expectSeen(page);
  await page.reload();
  await shows(page, '101–150 of 960 rooms');
  await step(above(page), 'Previous page').click();
  await expectAt(page, second);
  await shows(page, '51–100 of 960 rooms');
  await step(above(page), 'Previous page').click();
  await shows(page, '1–50 of 960 rooms');
  await expect(page).toHaveURL('/rooms');

  const cursor = new URL(second).searchParams.get('cursor');
  await page.goto(`/rooms?cursor=${cursor}`);
  await shows(page, '960 rooms');
  await step(above(page), 'First page').click();
  await shows(page, '1–50 of 960 rooms');
});

test('a list on one page is counted, and that is all', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/rooms?q=A-101');
  await expect(page.getByText(/^\d rooms?$/)).toBeVisible();
  await expect(page.getByRole('navigation', { name: /^Pages/ })).toHaveCount(0);
});

/** Whether the words that a select shows have the room they need. */
const isWhole = (select: Locator) =>
  select.evaluate((select: HTMLSelectElement) => {
    const style = getComputedStyle(select);
    const brush = document.createElement('canvas').getContext('2d')!;
    brush.font = style.font;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return brush.measureText(select.selectedOptions[0]!.text).width <= room + 1;
  });

test('filters show all of what was chosen and are cleared at once, the order stays', everywhere, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users?sort=username');
  const filter = (name: string) => page.getByRole('combobox', { name, exact: true });
  const clear = page.getByRole('link', { name: 'Clear filters' });
  await expect(clear).toHaveCount(0);
  await filter('Role').selectOption('Operations Engineer');
  await filter('Profile').selectOption('Lighting technician');
  await expect(clear).toBeVisible();
  for (const label of ['Role', 'Profile']) expect(await isWhole(filter(label)), label).toBe(true);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await expectSeen(page);
  await clear.click();
  await expectAt(page, new URL('/users?sort=username', page.url()).href);
  await expect(clear).toHaveCount(0);
  await expect(title(page)).toBeFocused();
  await page.getByRole('searchbox', { name: 'Search users' }).fill('nobody has this');
  await clear.click();
  await expect(page.getByRole('searchbox', { name: 'Search users' })).toHaveValue('');
});

test('saving leads back to the list as it was left, to the row that was saved', everywhere, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users?role=owner&sort=-username');
  await step(above(page), 'Next page').click();
  await expect(page.getByText(/^51–100 of /).first()).toBeVisible();
  const list = page.url();
  const link = nameLink(page, 30);
  const name = (await link.textContent())!;
  const href = (await link.getAttribute('href'))!;
  await choose(page, name, 'Edit');
  await expect(title(page)).toHaveText(`Edit ${name}`);
  await page.getByLabel('Name', { exact: true }).fill(`${name} II`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expectToast(page, `${name} II saved`);
  await expectAt(page, list);
  const saved = page.locator('tr[data-changed]');
  await expect(saved).toContainText(`${name} II`);
  await expect(page.locator(`a[href="${href}"]`).first()).toBeFocused();
  expect(await isInSight(saved)).toBe(true);
  await expectAccessible(page);

  await choose(page, `${name} II`, 'Edit');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expectAt(page, list);
});

test('Back finds a list where it was left', everywhere, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users?status=active');
  await step(below(page), 'Next page').click();
  await expect(page.getByText(/^51–100 of /).first()).toBeVisible();
  const list = page.url();
  const link = nameLink(page, 35);
  const href = (await link.getAttribute('href'))!;
  await link.scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => scrollY);
  expect(scrolled).toBeGreaterThan(500);
  const name = (await link.textContent())!;
  await link.click();
  await expect(title(page)).toHaveText(name);
  await page.goBack();
  await expectAt(page, list);
  await expect(page.locator(`a[href="${href}"]`).first()).toBeFocused();
  await expect.poll(async () => Math.abs((await page.evaluate(() => scrollY)) - scrolled)).toBeLessThan(150);
});

test('the old rows stay until the new ones come, and a line says that they are on their way', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await addUser(page, { username: 'wilma.waited', name: 'Wilma Waited' });
  await gotoHydrated(page, '/users');
  const first = nameLink(page, 0);
  const old = (await first.textContent())!;
  const release = await hold(page, 'users.list');
  await page.getByRole('searchbox', { name: 'Search users' }).fill('wilma.waited');
  await expect(page.locator('.rows')).toHaveAttribute('aria-busy', 'true');
  await expect(page.locator('html')).toHaveAttribute('data-busy');
  await expect(first).toHaveText(old);
  await expect(page.locator('.rows .table')).toHaveCSS('opacity', '0.5');
  await release();
  await expect(page.getByText('1 user', { exact: true })).toBeVisible();
  await expect(page.locator('.rows')).not.toHaveAttribute('aria-busy');
  await expect(page.locator('html')).not.toHaveAttribute('data-busy');
  await expect(page.locator('.rows .table')).toHaveCSS('opacity', '1');

  await choose(page, 'Wilma Waited', 'Edit');
  const saved = await hold(page, 'users.edit');
  await page.getByLabel('Name', { exact: true }).fill('Wilma Waited Again');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-busy');
  await saved();
  await expectToast(page, 'Wilma Waited Again saved');
  await expect(page.locator('html')).not.toHaveAttribute('data-busy');
});

test('a list that is refused has nothing to search, filter or add', everywhere, async ({ page, anotherPerson, errors }) => {
  errors.allow(/403 \(Forbidden\)/);
  await signIn(page, ADMIN.username, ADMIN.password);
  const username = `rita.refused.${test.info().project.name}`;
  const password = 'copper violin meadow 38 tea';
  await addUser(page, { username, name: 'Rita Refused', profiles: ['Housekeeping'], password });
  const rita = await anotherPerson();
  await signInFirst(rita, { username, password }, 'orchard signal velvet 7 boats');
  for (const path of ['/users', '/profiles', '/sessions', '/integrations', '/members/teams', '/members/api-users', '/devices']) {
    await test.step(path, async () => {
      await gotoHydrated(rita, path);
      await expect(rita.getByRole('heading', { name: 'No access' })).toBeVisible();
      await expect(rita.getByRole('searchbox')).toHaveCount(0);
      await expect(rita.getByRole('main').getByRole('combobox')).toHaveCount(0);
      await expect(rita.getByRole('main').getByRole('button')).toHaveCount(0);
    });
  }
  await expectAccessible(rita);
});

test('every row is as high as the others, and no name widens the page', everywhere, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  const project = test.info().project.name.replace(/\W+/g, '.');
  const profiles = ['Housekeeping', 'Receptionist', 'Technician'];
  await addUser(page, { username: `long.${project}`, name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100), profiles });
  await addUser(page, { username: `longer.${project}.${'x'.repeat(30)}`, name: 'Maria do Carmo de Jesus Quintela e Silva '.repeat(3).slice(0, 99).trim() });
  const team = await addTeam(page, { name: `Team ${'of a long name '.repeat(6)}`.trim(), rights: { levels: { rooms: 'read' } } });
  const other = await addTeam(page, { name: `Night shift ${project}`, rights: { levels: { rooms: 'read' } } });
  await addApiUser(page, { name: 'Gateway'.repeat(14), teams: [team.id, other.id], rights: { levels: { rooms: 'read' } } });
  for (const path of ['/users?q=long', '/members/teams', '/members/api-users', '/sessions', '/profiles']) {
    await test.step(path, async () => {
      await gotoHydrated(page, path);
      await expectNoSidewaysScroll(page);
      await expectSeen(page);
      if (test.info().project.name.startsWith('desktop')) {
        const heights = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().height)));
        expect([...new Set(heights)], 'heights of rows').toHaveLength(1);
      }
    });
  }
  await gotoHydrated(page, `/users?q=long.${project}`);
  const inShort = page.getByRole('row').nth(1).locator('[data-column=profiles]');
  await expect(inShort.locator('.more')).toHaveText(/^\+2/);
  await expect(inShort.locator('.more')).toHaveAttribute('title', /^\w+, \w+$/);
});

test('after a tab, a link and Back the focus is on what they lead to', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users');
  await tab(page, 'Profiles').click();
  await expect(page).toHaveURL('/profiles');
  await expect(page.getByRole('searchbox', { name: 'Search profiles' })).toBeVisible();
  await expect(title(page)).toBeFocused();
  for (const name of ['Rooms', 'Lighting', 'HVAC']) {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name }).click();
    await expect(title(page)).toHaveText(name);
    await expect(title(page)).toBeFocused();
  }
  await gotoHydrated(page, '/users');
  await page.getByRole('link', { name: 'Add user' }).click();
  await expect(title(page)).toHaveText('Add user');
  await expect(title(page)).toBeFocused();
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Add user' })).toBeFocused();
});

test('rows are walked, opened and edited by keys, never while something is typed', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/members/teams');
  await addTeam(page, { name: 'Aa keys', rights: { levels: { rooms: 'read' } } });
  await addTeam(page, { name: 'Ab keys', rights: { levels: { rooms: 'read' } } });
  await gotoHydrated(page, '/members/teams');
  await page.keyboard.press('j');
  await expect(nameLink(page, 0)).toBeFocused();
  await page.keyboard.press('j');
  await expect(nameLink(page, 1)).toBeFocused();
  await page.keyboard.press('k');
  await expect(nameLink(page, 0)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(title(page)).toHaveText('Aa keys');
  await page.goBack();
  await expect(nameLink(page, 0)).toBeFocused();
  await page.keyboard.press('e');
  await expect(title(page)).toHaveText('Edit Aa keys');
  await page.goBack();
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Search teams' });
  await expect(search).toBeFocused();
  await page.keyboard.type('jke/?');
  await expect(search).toHaveValue('jke/?');
});

test('the keys are written down, and can be turned off', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/rooms');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await page.keyboard.press('?');
  await expect(help).toContainText('Next row, previous row');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await page.keyboard.press('j');
  await expect(page.locator('tbody tr').first()).toBeFocused();
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await help.getByRole('checkbox', { name: 'Use these shortcuts' }).uncheck();
  await help.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('?');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search rooms' })).not.toBeFocused();
  await expect(help).toHaveCount(0);
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await help.getByRole('checkbox', { name: 'Use these shortcuts' }).check();
  await help.getByRole('button', { name: 'Close' }).click();
  expect(await page.evaluate(() => ({ ...localStorage }))).toEqual({});
});

test('the users are also shown as a matrix, a named column per screen, and keep their search and page', { tag: '@phone' }, async ({ page, isMobile }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users?q=nightingale&sort=username');
  const ivan = page.getByRole('row').filter({ hasText: 'Ivan Nightingale' });
  await expect(ivan).toBeVisible();
  await page.getByRole('link', { name: 'Matrix view' }).click();
  await expect(page).toHaveURL('/users?q=nightingale&sort=username&view=matrix');
  await expect(ivan.locator('[data-label=Integrations]')).toBeVisible();
  await expect(ivan.locator('[data-column=alerts]')).toHaveText('Full');
  await expect(ivan.locator('[data-column=users]')).toContainText('None');
  if (!isMobile) await expect(page.getByRole('columnheader')).toHaveCount(16);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await expectSeen(page);
  await page.reload();
  await expect(ivan.locator('[data-column=alerts]')).toHaveText('Full');
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/users?sort=username&view=matrix');
  await page.getByRole('link', { name: 'List view' }).click();
  await expect(page).toHaveURL('/users?sort=username');
  await expect(page.locator('[data-column=access]').first()).toBeVisible();
});
