// What stops the start, each in one clear line; and the commands beside `serve`.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, BINARY, expect, expectHydrated, expectNoSidewaysScroll, expectToast, fillUser, setLevels, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { adminPassword: ADMIN.password } });

let folder = '';
test.beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'doorward-start-'))));
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(args: string[], settings: Record<string, string>) {
  const env = { PATH: process.env.PATH, DOORWARD_LISTEN: '127.0.0.1:0', DOORWARD_DATABASE_URL: `sqlite://${folder}/d.db`, ...settings };
  return spawnSync(BINARY, args, { cwd: folder, env, encoding: 'utf8', timeout: 20_000 });
}

test('a port in use, a data folder that cannot be made and a wrong value each stop the start with one line', async ({ server }) => {
  writeFileSync(join(folder, 'file'), '');
  const port = new URL(server.url).host;
  for (const [settings, line] of [
    [{ DOORWARD_LISTEN: port }, new RegExp(`cannot listen on ${port}`)],
    [{ DOORWARD_DATABASE_URL: `sqlite://${folder}/file/d.db` }, /file/],
    [{ DOORWARD_LISTEN: 'nonsense' }, /DOORWARD_LISTEN/],
    [{ DOORWARD_PUBLIC_URL: 'http://console.example' }, /DOORWARD_INSECURE_HTTP/],
  ] as const) {
    const { status, stdout, stderr } = run(['serve'], settings);
    expect(status, stderr).toBe(1);
    expect(stderr.trim().split('\n'), 'one line').toHaveLength(1);
    expect(stderr).toMatch(line);
    expect(stdout).toBe('');
  }
});

test('serve --demo refuses a database in use, seed goes on, and reset-password lets somebody in again', async ({ anotherServer, anotherPerson }) => {
  const settings = { DOORWARD_DATABASE_URL: `sqlite://${folder}/d.db` };
  const first = await anotherServer({ adminPassword: ADMIN.password, settings });
  await first.stop();
  expect(readdirSync(folder), 'the log is folded in').toEqual(['d.db']);
  const demo = run(['serve', '--demo'], {});
  expect([demo.status, demo.stderr.includes('Nothing was changed')]).toEqual([1, true]);

  expect(run(['seed', '--users', '30'], {}).stdout).toMatch(/^30 rows added, 30 in all, /m);
  expect(run(['seed', '--users', '50'], {}).stdout).toMatch(/^20 rows added, 50 in all, /m);

  expect(run(['admin', 'reset-password', 'nobody'], {}).status).toBe(1);
  const { stdout, status } = run(['admin', 'reset-password', 'Admin'], {});
  expect(status).toBe(0);
  expect(readdirSync(folder), 'by every command').toEqual(['d.db']);
  const [, password = ''] = /^password: (\S+)$/m.exec(stdout) ?? [];
  const again = await anotherServer({ settings });
  const page = await anotherPerson({ baseURL: again.url });
  await signInFirst(page, { username: 'admin', password }, 'orchard signal velvet boats');
  await page.goto('/users');
  await expect(page.getByText('1–50 of 51 users', { exact: true })).toBeVisible();
});

test('half request heads keep nobody from being served and a stop from ending', async ({ anotherServer }) => {
  const server = await anotherServer({ adminPassword: ADMIN.password, settings: { DOORWARD_DATABASE_URL: `sqlite://${folder}/d.db` } });
  const { hostname, port } = new URL(server.url);
  for (let half = 0; half < 300; half++) {
    const socket = connect(Number(port), hostname).on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET / HT');
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const begun = Date.now();
  await server.stop();
  expect(Date.now() - begun).toBeLessThan(9_000);
});

test('servers that are started together on an empty database all serve, and one says how to sign in', async ({ anotherServer }) => {
  const settings = { DOORWARD_DATABASE_URL: `sqlite://${folder}/new/d.db` };
  const started = await Promise.all([1, 2, 3].map(() => anotherServer({ settings })));
  expect(started.filter((one) => one.output().includes('password:'))).toHaveLength(1);
  for (const one of started) await one.stop();
  expect(readdirSync(join(folder, 'new'))).toEqual(['d.db']);
});

test('an empty installation leads its administrator to the first user, step by step', { tag: '@phone' }, async ({ page }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await expect(page).toHaveURL('/start');
  await expect(page.getByRole('heading', { name: 'Open the doors' })).toBeVisible();
  const steps = page.getByRole('main').getByRole('listitem');
  const next = steps.filter({ has: page.locator('.primary') });
  await expect(next).toContainText('Name the organization');
  await expectNoSidewaysScroll(page);
  await next.getByRole('link', { name: 'Name organization' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Quay House');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await expectToast(page, 'Settings saved');

  await page.getByRole('link', { name: 'Doorward, home page' }).click();
  await expect(steps.first(), 'done').toContainText('Quay House');
  await expect(steps.first()).toContainText('Done');
  await next.getByRole('link', { name: 'Create profile' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Porter');
  await setLevels(page, { Rooms: 'Read' });
  await page.getByRole('button', { name: 'Create profile' }).click();
  await expect(page).toHaveURL(/\/profiles/);

  await page.getByRole('link', { name: 'Doorward, home page' }).click();
  await next.getByRole('link', { name: 'Add user' }).click();
  await expectHydrated(page);
  await fillUser(page, { username: 'fay.first', name: 'Fay First', profile: 'Porter' });
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page).toHaveURL(/\/users$/);
  await page.getByRole('link', { name: 'Doorward, home page' }).click();
  await expect(page, 'from now on, home is the first screen').toHaveURL('/rooms');
});
