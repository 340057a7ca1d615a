import { defineConfig } from '@playwright/test';
import type { Engine, Options } from './fixtures';
import { onPath } from './fixtures/programs';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };

// Every spec runs at the desktop on SQLite. `@phone` and `@postgres` in a test's tags run it there too.
// DOORWARD_E2E_ENGINE=postgres turns the first two around: any spec, on PostgreSQL.
const engine = (process.env.DOORWARD_E2E_ENGINE ?? 'sqlite') as Engine;

export default defineConfig<object, Options>({
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  forbidOnly: !!process.env.CI,
  // Two cores share servers and browsers: what passes at the second try is told as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: 'list',
  workers: '100%',
  // Two cores may have other work as well. A test of many pages says what it may take.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? onPath('chromium', 'chromium-browser', 'google-chrome'),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: { ...desktop, engine } },
    { name: 'phone', use: { ...phone, engine }, grep: /@phone/ },
    { name: 'desktop on PostgreSQL', use: { ...desktop, engine: 'postgres' }, grep: /@postgres/ },
    { name: 'phone on PostgreSQL', use: { ...phone, engine: 'postgres' }, grep: /(?=.*@phone)(?=.*@postgres)/ },
  ],
});
