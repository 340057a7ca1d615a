import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';
import type { Engine, Options } from './fixtures';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };

// Every spec runs at the desktop on SQLite. `@phone` and `@postgres` in a test's tags run it there too.
// DOORWARD_E2E_ENGINE=postgres turns the first two around: any spec, on PostgreSQL.
const engine = (process.env.DOORWARD_E2E_ENGINE ?? 'sqlite') as Engine;

export default defineConfig<object, Options>({
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  workers: '100%',
  timeout: 30_000,
  expect: { timeout: 10_000 },
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

function onPath(...names: string[]): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
  if (!found) throw new Error(`none of ${names.join(', ')} is on PATH: "make setup" installs one`);
  return found;
}
