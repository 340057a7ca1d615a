import { defineConfig } from '@playwright/test';
import type { Options } from './fixtures';

// Every spec runs on both engines; `@postgres` in a test's tags keeps it to PostgreSQL.
export default defineConfig<object, Options>({
  testMatch: '*.spec.ts',
  outputDir: '../target/clients/results',
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  workers: '100%',
  // As in end2end: the cores may be shared.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  projects: [
    { name: 'SQLite', use: { engine: 'sqlite' }, grepInvert: /@postgres/ },
    { name: 'PostgreSQL', use: { engine: 'postgres' } },
  ],
});
