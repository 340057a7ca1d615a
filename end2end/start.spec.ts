// What stops the start, each in one clear line; and the commands beside `serve`.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, BINARY, expect, signInFirst, test } from './fixtures';

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
