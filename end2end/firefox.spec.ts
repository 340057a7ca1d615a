// What another engine lays out and focuses by rules of its own. Playwright drives no Firefox but its own build; the one
// that people have speaks WebDriver BiDi.

import puppeteer, { type Page } from 'puppeteer-core';
import { ADMIN, expect, test as base, unseen } from './fixtures';
import { onPath } from './fixtures/programs';

const WIDTHS = [[1440, 900], [360, 740]] as const;

const test = base.extend<{ firefox: Page }>({
  /** Signed in as the administrator. */
  firefox: async ({ server }, use) => {
    const executablePath = process.env.FIREFOX ?? onPath('firefox-esr', 'firefox');
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath });
    const thrown: unknown[] = [];
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000); // as in playwright.config.ts: two cores may have other work as well
      await page.goto(`${server.url}/sign-in`);
      await page.type('#username', ADMIN.username);
      await page.type('#password', ADMIN.password);
      await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')]);
      // The test before this one has left its session behind.
      const question = await page.$('button::-p-text(Close the other session)');
      if (question) await Promise.all([page.waitForNavigation(), question.click()]);
      // A page that is left while it loads its application reports in Firefox that it could not.
      await page.waitForSelector('html[data-hydrated]');
      page.on('pageerror', (error) => thrown.push(error));
      await use(page);
    } finally {
      await browser.close();
    }
    expect(thrown).toEqual([]);
  },
});

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });
test.slow();

async function gotoHydrated(page: Page, url: string) {
  await page.goto(url);
  await page.waitForSelector('html[data-hydrated]');
}

test('Firefox shows every row of the table in a dialog, and all else that is on a screen', async ({ firefox, server }) => {
  await gotoHydrated(firefox, `${server.url}/users`);
  const admin = await firefox.evaluate(async () => (await (await fetch('/api/v1/users?q=admin')).json()).items[0].id);
  for (const [width, height] of WIDTHS) {
    await firefox.setViewport({ width, height });
    for (const path of [`/users?dialog=access&user=${admin}`, '/users?q=admin', '/users/new', '/profiles/new', '/settings']) {
      await test.step(`${path} at ${width}`, async () => {
        await gotoHydrated(firefox, server.url + path);
        expect(await firefox.evaluate(unseen)).toEqual([]);
      });
    }
  }
});

test('Firefox focuses “Stay signed in” when it asks whether one is still there', async ({ firefox, server }) => {
  await gotoHydrated(firefox, `${server.url}/users`);
  await firefox.evaluate(async () => {
    const { inactivity_minutes: minutes } = await (await fetch('/api/v1/settings')).json();
    const [now, later] = [Date.now.bind(Date), (minutes - 0.5) * 60_000];
    Date.now = () => now() + later;
  });
  await firefox.waitForSelector('dialog[aria-label="Still there?"]:modal');
  const focused = () => firefox.evaluate(() => document.activeElement?.textContent);
  await expect.poll(focused).toBe('Stay signed in');
  await firefox.keyboard.press('Enter');
  await firefox.waitForSelector('dialog', { hidden: true });
  expect(new URL(firefox.url()).pathname).toBe('/users');
});

test('Firefox, which gives controls their state back after a reload, leaves disabled what waits for the application', async ({ firefox, server }) => {
  await gotoHydrated(firefox, `${server.url}/users`);
  await firefox.setRequestInterception(true);
  firefox.on('request', (request) => request.url().endsWith('doorward.wasm') || void request.continue());
  await firefox.reload({ waitUntil: 'domcontentloaded' });
  await firefox.waitForSelector('.filter select');
  const controls = await firefox.$$eval('main button, .filter select', (all) => all.map((it) => it.matches(':disabled')));
  expect(controls.length).toBeGreaterThan(10);
  expect(controls).not.toContain(false);
});
