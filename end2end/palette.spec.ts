// Ctrl K: people, screens and actions by a few letters, within what somebody may do.

import type { Page } from '@playwright/test';
import { ADMIN, addProfile, addUser, expect, expectAccessible, expectNoSidewaysScroll, expectSeen, gotoHydrated, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

const box = (page: Page) => page.getByRole('combobox', { name: 'Search people, screens and actions' });
const options = (page: Page) => page.locator('.palette').getByRole('option');

test('a person, a screen and an action are found and opened without the mouse', async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/rooms');
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await expect(options(page).filter({ hasText: 'Alerts' })).toBeVisible();
  await expectAccessible(page, '.palette');
  await box(page).fill('nightingale');
  const ivan = page.getByRole('group', { name: 'People' }).getByRole('option', { name: /Ivan Nightingale/ });
  await expect(ivan).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Ivan Nightingale', level: 1 })).toBeFocused();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('Control+k');
  await box(page).fill('team');
  const add = page.getByRole('group', { name: 'Actions' }).getByRole('option', { name: 'Add team' });
  await expect(add).toBeVisible();
  while ((await add.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/members\/teams\/new$/);

  await page.keyboard.press('Control+k');
  await box(page).fill('zzzz');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the palette opens by its button, also on a phone', { tag: '@phone' }, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/users');
  await page.getByRole('banner').getByRole('button', { name: 'Search' }).click();
  await box(page).fill('light');
  await expectSeen(page);
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, '.palette');
  await options(page).filter({ hasText: 'Lighting' }).click();
  await expect(page).toHaveURL(/\/lighting/);
});

test('the palette offers nothing that somebody may not do', async ({ page, anotherPerson }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await addProfile(page, 'Only rooms', { rooms: 'read' });
  const given = 'copper violin meadow 38 tea';
  await addUser(page, { username: 'rita.rooms', name: 'Rita Rooms', profiles: ['Only rooms'], password: given });
  const rita = await anotherPerson();
  await signInFirst(rita, { username: 'rita.rooms', password: given }, 'orchard signal velvet 7 boats');
  await gotoHydrated(rita, '/rooms');
  await rita.keyboard.press('Control+k');
  await expect(options(rita)).toHaveText([/Rooms/, /Create API key/, /Change password/]);
  await box(rita).fill('nightingale');
  await expect(rita.getByText('Nothing matches.')).toBeVisible();
});
