// The main job without a pointer: every control is reached with Tab and used with keys alone.

import type { Locator, Page } from '@playwright/test';
import { ADMIN, expect, expectHydrated, expectToast, gotoHydrated, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, target: Locator) {
  await expect(target).toBeVisible();
  for (let step = 0; step < 150; step += 1) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target}`);
}

async function press(page: Page, role: 'link' | 'button', name: string) {
  await tabTo(page, page.getByRole(role, { name, exact: true }));
  await page.keyboard.press('Enter');
}

async function type(page: Page, label: string, text: string) {
  await tabTo(page, page.getByRole('textbox', { name: label, exact: true }));
  await page.keyboard.insertText(text);
}

test('a profile is made, a user added and a session closed with the keyboard alone', async ({ page, anotherPerson }) => {
  test.setTimeout(90_000);
  await page.goto('/sign-in');
  await page.keyboard.insertText(ADMIN.username);
  await page.keyboard.press('Tab');
  await page.keyboard.insertText(ADMIN.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await expectHydrated(page);

  await press(page, 'link', 'User management');
  await press(page, 'link', 'Profiles');
  await press(page, 'link', 'Create profile');
  await type(page, 'Name', 'Key porter');
  const rooms = page.getByRole('group', { name: 'Rooms', exact: true });
  await tabTo(page, rooms.getByLabel('None', { exact: true }));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(rooms.getByLabel('Full')).toBeChecked();
  const alerts = page.getByRole('group', { name: 'Alerts', exact: true });
  await tabTo(page, alerts.getByLabel('None', { exact: true }));
  await page.keyboard.press('ArrowRight');
  await expect(alerts.getByLabel('Read')).toBeChecked();
  await page.keyboard.press('Enter');
  await expectToast(page, 'Key porter saved');

  await press(page, 'link', 'Users');
  await press(page, 'link', 'Add user');
  await type(page, 'Username', 'kai.key');
  await type(page, 'Name', 'Kai Key');
  await type(page, 'Email', 'kai@example.com');
  await tabTo(page, page.getByRole('combobox', { name: 'Role', exact: true }));
  await page.keyboard.type('Owner');
  await tabTo(page, page.getByRole('checkbox', { name: 'Key porter', exact: true }));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('radio', { name: 'Everything', exact: true }));
  await page.keyboard.press('ArrowDown');
  for (const floor of ['Building A / Floor 1', 'Building A / Floor 2']) {
    await tabTo(page, page.getByRole('checkbox', { name: floor, exact: true }));
    await page.keyboard.press('Space');
  }
  await press(page, 'button', 'Add user');
  const secret = page.getByRole('textbox', { name: 'Temporary password' });
  await expect(secret).toBeVisible();
  const temporary = await secret.textContent();
  await press(page, 'button', 'I have stored it');
  await expect(page).toHaveURL(/\/users$/);

  const kai = await anotherPerson();
  await signInFirst(kai, { username: 'kai.key', password: temporary! }, 'orchard signal velvet 7 boats');
  await gotoHydrated(kai, '/rooms');
  await expect(kai.getByText('1–50 of 80 rooms', { exact: true })).toBeVisible();
  await expect(kai.getByRole('navigation', { name: 'Screens' }).getByRole('link')).toHaveText(['Rooms', 'Alerts']);

  await press(page, 'link', 'Sessions');
  await press(page, 'button', 'Actions for the session of Kai Key');
  await expect(page.getByRole('menuitem', { name: 'Close session…' })).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Close the session of Kai Key?' });
  await expect(dialog).toBeVisible();
  await press(page, 'button', 'Close session');
  await expect(kai).toHaveURL(/ended=closed/);
  await expect(dialog).toHaveCount(0);
});

test('a letter leads to the next item of a menu that begins with it', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users?q=ivan.nightingale');
  await page.getByRole('button', { name: 'Actions for Ivan Nightingale' }).press('Enter');
  const item = (name: RegExp) => page.getByRole('menuitem', { name });
  await expect(item(/^Edit/)).toBeFocused();
  for (const [letter, to] of [['c', /^Close session/], ['E', /^Edit/], ['e', /^Effective access/], ['d', /^Disable/], ['d', /^Delete/], ['d', /^Disable/]] as const) {
    await page.keyboard.press(letter);
    await expect(item(to)).toBeFocused();
  }
  await page.keyboard.press('x');
  await expect(item(/^Disable/), 'none begins with it').toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Disable Ivan Nightingale?' })).toBeVisible();
});
