// better-auth beside Doorward: what is asked of it, and what that costs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stop } from '../doorward.js';
import { measure } from './measure.js';

const USERS = 100_000;

/** Requests that are measured, at the least: each takes ten times as long as one of Doorward's. */
const LEAST = 30;

/** Each as Doorward's rows name it. All but the first are sorted, as every list of Doorward is. */
const ASKED = {
  unsorted: ['the list, unsorted', {}],
  list: ['sorted by name', { sortBy: 'name' }],
  deep: ['sorted by name, deep', { sortBy: 'name', offset: 10_000 }],
  filter: ['filtered by role, sorted by name', { filterField: 'role', filterValue: 'engineer', sortBy: 'name' }],
  search: ['searched: one in 10 has it, sorted by name', { searchField: 'email', searchValue: 'anna', sortBy: 'name' }],
};

async function start(folder) {
  const env = { ...process.env, NODE_ENV: 'production' };
  const script = join(import.meta.dirname, 'peer.js');
  const child = spawn(process.execPath, [script, folder, String(USERS)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`better-auth ended with ${code}`))),
  ]);
  return { child, ...JSON.parse(line) };
}

/** A running better-auth: `ask(name, limit)` is a request, `measured(name, limit)` what it costs. */
export async function betterAuth(folder) {
  const server = await start(folder);
  const headers = { cookie: server.cookie };
  const ask = (name, limit = 50) => {
    const query = new URLSearchParams({ limit, ...ASKED[name][1] });
    return { url: `${server.url}/api/auth/admin/list-users?${query}`, headers };
  };
  for (const name of Object.keys(ASKED)) await expectRows(ask(name));
  return { measured: (name, limit) => measure(server, ask(name, limit), LEAST), end: () => stop(server) };
}

/** It answers a list that failed with 200 and nobody in it. */
async function expectRows({ url, headers }) {
  const { users } = await (await fetch(url, { headers })).json();
  if (users.length !== 50) throw new Error(`better-auth: ${url} gave ${users.length} rows`);
}

export async function printBetterAuth(peer, line) {
  console.log(`\n### better-auth, ${USERS.toLocaleString('en')} users, SQLite\n`);
  line(['', '50 rows: CPU ms', 'p50 ms', 'p99 ms', '100 rows: CPU ms', 'p50 ms', 'p99 ms'], true);
  for (const [name, [said]] of Object.entries(ASKED)) {
    const both = [await peer.measured(name), await peer.measured(name, 100)];
    const cells = both.flatMap((it) => [it.cpu, it.p50, it.p99].map((ms) => ms.toFixed(2)));
    line([said, ...cells]);
  }
}
