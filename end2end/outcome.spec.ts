// The main job whole: from a demo that was just started to a session that is closed before everybody's eyes.

import { expect, expectHydrated, expectToast, fillUser, gotoHydrated, setLevels, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true } });

const ADMIN_OWN = 'plum otter quilts 94 harbours';
const PORTER_OWN = 'lantern mosaic river 51 pines';

test('a night porter sees two floors and nothing more, until the administrator closes the session', {
  tag: ['@phone', '@postgres'],
}, async ({ page, server, anotherPerson, errors }) => {
  test.setTimeout(90_000);
  const [admin] = await server.printedAccounts();
  await signInFirst(page, admin!, ADMIN_OWN);

  await test.step('a profile: Rooms full, Alerts read, nothing else', async () => {
    await gotoHydrated(page, '/profiles');
    await page.getByRole('link', { name: 'Create profile' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Night porter');
    await setLevels(page, { Rooms: 'Full', Alerts: 'Read' });
    await page.getByRole('button', { name: 'Create profile' }).click();
    await expectToast(page, 'Night porter saved');
  });

  const temporary = await test.step('a user with it, for two floors of Building A', async () => {
    await gotoHydrated(page, '/users');
    await page.getByRole('link', { name: 'Add user' }).click();
    await fillUser(page, { username: 'nadia.night', name: 'Nadia Night', profile: 'Night porter' });
    await page.getByRole('radio', { name: 'Buildings and floors' }).check();
    await page.getByRole('checkbox', { name: 'Building A / Floor 1', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Building A / Floor 2', exact: true }).check();
    await page.getByRole('button', { name: 'Add user' }).click();
    const secret = await page.getByRole('textbox', { name: 'Temporary password' }).textContent();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await expect(page).toHaveURL(/\/users$/);
    return secret!;
  });

  await gotoHydrated(page, '/sessions');
  const theirs = page.getByRole('button', { name: 'Actions for the session of Nadia Night' });
  await expect(theirs).toHaveCount(0);
  const phone = await anotherPerson({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  await test.step('on a phone: exactly those screens and those floors', async () => {
    await signInFirst(phone, { username: 'nadia.night', password: temporary }, PORTER_OWN);
    await expect(phone).toHaveURL(/\/rooms$/);
    await expectHydrated(phone);
    await expect(phone.getByText('1–50 of 80 rooms', { exact: true })).toBeVisible();
    await phone.getByRole('button', { name: 'More screens' }).click();
    await expect(phone.getByRole('navigation', { name: 'Screens' }).getByRole('link')).toHaveText(['Rooms', 'Alerts']);
    errors.allow(/status of 403/);
    for (const refused of ['/users', '/lighting', '/sessions']) {
      const answer = await phone.goto(refused);
      expect(answer?.status(), refused).toBe(403);
    }
    const floors = await phone.evaluate(async () => (await fetch('/api/v1/floors')).json());
    expect(floors.items.map((floor: { full_name: string }) => floor.full_name)).toEqual([
      'Building A / Floor 1',
      'Building A / Floor 2',
    ]);
    await gotoHydrated(phone, '/rooms');
  });

  await test.step('the session has appeared by itself, is closed, and the phone says so', async () => {
    await theirs.click();
    await page.getByRole('menuitem', { name: 'Close session…' }).click();
    const answered = page.waitForResponse((it) => it.url().includes('/fn/sessions.close')).then(() => Date.now());
    const told = phone.waitForRequest((it) => it.isNavigationRequest() && it.url().includes('/sign-in?ended=closed')).then(() => Date.now());
    await page.getByRole('dialog').getByRole('button', { name: 'Close session' }).click();
    // The phone may be first: it hears of the change when it is stored, before the answer has come.
    const took = (await told) - (await answered);
    console.log(`${test.info().project.name}: from the answer that a session is closed to the other browser's way to the sign-in page ${took} ms`);
    expect(took, 'milliseconds').toBeLessThanOrEqual(1_000);
    await expect(phone.getByText('An administrator closed your session.')).toBeVisible();
    await expect(theirs).toHaveCount(0);
  });
});
