// The outcome of integrations, with an OAuth library that nobody here wrote (Authlib, in clients/engineer.py).

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { ADMIN, choose, expect, expectToast, gotoHydrated, setLevels, signIn, test } from './fixtures';

const ROOT = join(import.meta.dirname, '..');
const PYTHON = join(ROOT, 'target/clients/python/bin/python');

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

test('an engineer of another firm lists users, is told what is missing, and loses everything when Disable is pressed', {
  tag: '@postgres',
}, async ({ page, server }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await gotoHydrated(page, '/integrations/new');
  await page.getByLabel('Name', { exact: true }).fill('Reporting firm');
  await page.getByLabel('Client ID', { exact: true }).fill('reporting-firm');
  await page.getByRole('button', { name: 'Generate client secret' }).click();
  const secret = (await page.getByRole('textbox', { name: 'Client secret' }).textContent()) ?? '';
  await setLevels(page, { Users: 'Read' });
  await page.getByRole('button', { name: 'Create integration' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await expectToast(page, 'Reporting firm created');

  const env = { ...process.env, DOORWARD_URL: server.url, DOORWARD_CLIENT_ID: 'reporting-firm', DOORWARD_CLIENT_SECRET: secret };
  const program = spawn(PYTHON, [join(ROOT, 'clients/engineer.py')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const said: string[] = [];
    const refused = new Promise<number>((resolve) => {
      createInterface(program.stdout).on('line', (line) => {
        said.push(line);
        if (line === 'refused') resolve(performance.now());
      });
    });
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(3);
    expect(said[0], 'more than there is to give').toBe('scope: invalid_scope');
    expect(said[1]).toMatch(/^users: 2\d\d\d$/);
    expect(said[2], 'what is missing, and who can give it').toMatch(/^rooms: .*Rooms.* Ask Administrator/);

    await choose(page, 'Reporting firm', 'Disable…');
    const disable = page.getByRole('dialog').getByRole('button', { name: 'Disable' });
    await expect(disable).toBeVisible();
    const pressed = performance.now();
    await disable.click();
    const lost = (await refused) - pressed;
    console.log(`from the press on Disable to the refusal of the program ${Math.round(lost)} ms`);
    expect(lost).toBeLessThan(1_000);
    await expectToast(page, 'Reporting firm is disabled');
  } finally {
    program.kill();
  }
});
