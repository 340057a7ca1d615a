// The two servers that are compared: each with a client, the addresses of its three endpoints, and a process to measure.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const PASSWORD = 'a password for as long as this takes';

const BINARY = join(import.meta.dirname, '../../target/release/doorward');

export async function doorward(folder) {
  const address = `127.0.0.1:${await freePort()}`;
  const env = {
    ...process.env,
    DOORWARD_LISTEN: address,
    DOORWARD_DATABASE_URL: `sqlite://${join(folder, 'doorward.db')}`,
    DOORWARD_LOG: 'error',
    DOORWARD_ADMIN_PASSWORD: PASSWORD,
    DOORWARD_API_LIMIT: '0',
  };
  const child = spawn(BINARY, ['serve'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://${address}`;
  while (!(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`doorward serve ended with ${child.exitCode}`);
    await pause(20);
  }
  const made = execFileSync(BINARY, ['integrations', 'create', 'Bench', '--grant', 'rooms:read'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [, id, secret] = /^client_id=(\S+)\nclient_secret=(\S+)\n$/.exec(made);
  const paths = { token: '/oauth/token', check: '/api/v1/me', key: '/api/v1/me', introspection: '/oauth/introspect' };
  return { name: 'Doorward', child, url, id, secret, paths, key: await apiKey(url) };
}

/** A key of the administrator. */
async function apiKey(url) {
  const headers = { origin: url };
  const body = new URLSearchParams({ username: 'admin', password: PASSWORD });
  const signedIn = await fetch(`${url}/sign-in`, { method: 'POST', body, headers, redirect: 'manual' });
  const cookie = signedIn.headers.getSetCookie().map((it) => it.split(';')[0]).join('; ');
  const made = await fetch(`${url}/api/v1/api-keys`, {
    method: 'POST',
    body: JSON.stringify({ name: 'Bench' }),
    headers: { ...headers, cookie, 'content-type': 'application/json' },
  });
  if (!made.ok) throw new Error(`Doorward: ${made.status} ${await made.text()}`);
  return (await made.json()).secret;
}

export async function oidcProvider() {
  const [id, secret] = ['bench', 'a-secret-as-long-as-those-of-doorward-are-in-base64'];
  const env = { ...process.env, NODE_ENV: 'production' };
  const script = join(import.meta.dirname, 'provider.js');
  const child = spawn(process.execPath, [script, id, secret], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`oidc-provider ended with ${code}`))),
  ]);
  const url = `http://127.0.0.1:${line.replace('port=', '')}`;
  const paths = { token: '/token', check: '/checked', key: '/checked', introspection: '/token/introspection' };
  return { name: 'oidc-provider', child, url, id, secret, paths };
}

export async function stop({ child }) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}
