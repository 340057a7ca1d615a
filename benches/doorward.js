// Doorward as a process to measure: started, signed in to, stopped.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const PASSWORD = 'a password for as long as this takes';

export const BINARY = process.env.DOORWARD_BINARY ?? join(import.meta.dirname, '../target/release/doorward');

const settings = (databaseUrl) => ({
  ...process.env,
  DOORWARD_DATABASE_URL: databaseUrl,
  DOORWARD_LOG: 'error',
  DOORWARD_ADMIN_PASSWORD: PASSWORD,
  DOORWARD_API_LIMIT: '0',
});

/** Runs a command of Doorward to its end, and gives what it printed. */
export async function run(databaseUrl, ...args) {
  const { stdout } = await promisify(execFile)(BINARY, args, { env: settings(databaseUrl) });
  return stdout;
}

export async function serve(databaseUrl, folder) {
  const address = `127.0.0.1:${await freePort()}`;
  const env = { ...settings(databaseUrl), DOORWARD_LISTEN: address };
  const child = spawn(BINARY, ['serve'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://${address}`;
  while (!(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`doorward serve ended with ${child.exitCode}`);
    await pause(20);
  }
  return { child, url };
}

export async function stop({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A person's browser at the console: `call(method, path, body)` gives the answer's JSON. */
export async function signIn(url, username = 'admin', password = PASSWORD) {
  const headers = { origin: url };
  const form = async (fields) => {
    const body = new URLSearchParams(fields);
    return await fetch(`${url}/sign-in`, { method: 'POST', body, headers, redirect: 'manual' });
  };
  let answer = await form({ username, password });
  if (answer.status === 409) {
    // A run before this one was stopped while it was signed in.
    const [, ticket] = /name="ticket" value="([^"]+)"/.exec(await answer.text());
    answer = await form({ ticket });
  }
  if (answer.status !== 303) return undefined;
  const cookie = answer.headers.getSetCookie().map((it) => it.split(';')[0]).join('; ');
  const call = async (method, path, body) => {
    const sent = { ...headers, cookie, ...(body && { 'content-type': 'application/json' }) };
    const got = await fetch(url + path, { method, headers: sent, body: body && JSON.stringify(body) });
    const text = await got.text();
    if (!got.ok) throw new Error(`Doorward: ${method} ${path}: ${got.status} ${text}`);
    return text && JSON.parse(text);
  };
  return { cookie, call };
}

/** A key of whoever is signed in. */
export async function apiKey({ call }) {
  return await call('POST', '/api/v1/api-keys', { name: 'Bench' });
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}
