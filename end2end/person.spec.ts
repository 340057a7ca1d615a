// The page of one person: what they may do where and because of what, and the question whether they may.

import { ADMIN, addUser, choose, expect, expectNoSidewaysScroll, expectToast, gotoHydrated, request, signIn, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

test.beforeEach(async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
});

test('the name in the list leads to the person, and back to the list as it was', { tag: '@phone' }, async ({ page }) => {
  await gotoHydrated(page, '/users?q=ivan.nightingale');
  await page.getByRole('link', { name: 'Ivan Nightingale', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ivan Nightingale' })).toBeVisible();
  const lighting = page.getByRole('table', { name: 'Access' }).getByRole('row').filter({ hasText: 'Lighting' }).first();
  await expect(lighting).toContainText('Full');
  await expect(lighting).toContainText('Building A / Floor 2');
  await expect(lighting).toContainText('Technician');
  await expect(page.getByText('Security through team Night shift').first()).toBeVisible();
  await expect(page.getByText('Floor 2: Full')).toBeAttached();
  await expectNoSidewaysScroll(page);
  await page.getByRole('link', { name: 'All users' }).click();
  await expect(page).toHaveURL(/\/users\?q=ivan\.nightingale/);
});

test('a question about access is answered with its reason, and stays in the address', { tag: '@phone' }, async ({ page }) => {
  await gotoHydrated(page, '/users?q=ivan.nightingale');
  await page.getByRole('link', { name: 'Ivan Nightingale', exact: true }).click();
  await page.getByLabel('Can Ivan').selectOption('change');
  await page.getByLabel('Screen', { exact: true }).selectOption('Lighting');
  await page.getByLabel('At', { exact: true }).selectOption('Building A / Floor 2');
  await page.getByRole('button', { name: 'Check' }).click();
  const answer = page.getByText('Ivan Nightingale has Lighting full at Building A / Floor 2 because of Technician.');
  await expect(answer).toContainText('Yes, until');
  await page.getByLabel('At', { exact: true }).selectOption('Building B');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('Ivan Nightingale has Lighting full at other places, but not at Building B.')).toContainText('No.');
  await page.reload();
  await expect(page.getByText('but not at Building B.')).toBeVisible();
  await expect(page.getByLabel('At', { exact: true })).toHaveValue(/.+/);
});

test('who edits a person from their page is led back there, and from the list to the list', { tag: '@phone' }, async ({ page }) => {
  const name = `Edgar ${test.info().project.name}`;
  const user = await addUser(page, { username: name.toLowerCase().replace(' ', '.'), name });
  await gotoHydrated(page, `/users?q=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Description', { exact: true }).fill('Weekends');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectToast(page, `${name} saved`);
  await expect(page).toHaveURL(`/users/${user.id}`);
  await expect(page.getByText('Weekends')).toBeVisible();
  await page.getByRole('link', { name: 'All users' }).click();
  await choose(page, name, 'Edit');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/users\?q=/);
});

test('what somebody else changes appears on the page of the person', async ({ page }) => {
  const user = await addUser(page, { username: 'petra.person', name: 'Petra Person' });
  await gotoHydrated(page, `/users/${user.id}`);
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await request(page, 'POST', `/api/v1/users/${user.id}/disable`);
  await expect(page.getByText('Disabled', { exact: true }).first()).toBeVisible();
});

test('the question is answered without the application', { tag: '@phone' }, async ({ browser, page, server }) => {
  const user = await addUser(page, { username: 'plain.person', name: 'Plain Person' });
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${server.url}/users/${user.id}`);
  await plain.getByLabel('Screen', { exact: true }).selectOption('Rooms');
  await plain.getByRole('button', { name: 'Check' }).click();
  await expect(plain.getByText('Plain Person has Rooms read because of Housekeeping.')).toContainText('Yes.');
  await context.close();
});

test('there is no session to close of somebody who is not signed in, and the menu says so', { tag: '@phone' }, async ({ page }) => {
  const name = `Una ${test.info().project.name}`;
  const user = await addUser(page, { username: name.toLowerCase().replaceAll(' ', '.'), name });
  await gotoHydrated(page, `/users/${user.id}`);
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  const close = page.getByRole('menuitem', { name: /^Close session/ });
  await expect(close).toHaveAttribute('aria-disabled', 'true');
  await expect(close).toHaveAccessibleDescription(`${name} isn't signed in.`);
  await gotoHydrated(page, `/users?dialog=close&user=${user.id}`);
  await expect(page.getByRole('dialog').getByText(`${name} isn't signed in.`)).toBeVisible();
});
