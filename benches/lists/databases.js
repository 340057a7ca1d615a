// The databases that are measured: each engine with few users and with many, made by `doorward seed`, which adds only
// what is missing. Kept ones are ready at once.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parent } from '../cost.js';
import { run } from '../doorward.js';

const POSTGRES = process.env.TEST_POSTGRES_URL;

async function psql(url, sql) {
  return (await promisify(execFile)('psql', ['-X', '-At', '-d', url, '-c', sql])).stdout.trim();
}

/** A PostgreSQL's first process: what it and those that it starts use is its cost. */
async function postmaster() {
  const child = await psql(POSTGRES, `select pid from pg_stat_activity where backend_type = 'checkpointer'`);
  return await parent(Number(child));
}

async function sqlite(folder, users) {
  const url = `sqlite://${join(folder, `users-${users}.db`)}`;
  return { url, speed: await seed(url, users) };
}

async function postgres(users) {
  const name = `users_${users}`;
  const url = POSTGRES.replace('/postgres?', `/${name}?`);
  const there = await psql(POSTGRES, `select 1 from pg_database where datname = '${name}'`);
  if (!there) await psql(POSTGRES, `create database ${name}`);
  const speed = await seed(url, users);
  // What autovacuum does within minutes anyway, so that it does not do it while others measure.
  if (speed) await psql(url, 'vacuum (analyze)');
  return { url, speed, postmaster: await postmaster() };
}

/** Users a second; undefined where all were there. */
async function seed(url, users) {
  const printed = await run(url, 'seed', '--users', String(users));
  const [, added, seconds] = /^(\d+) rows added, .* ([\d.]+) seconds$/m.exec(printed).map(Number);
  return added ? Math.round(added / Math.max(seconds, 0.1)) : undefined;
}

/** `sizes` of users on one engine, and the line that says how fast they came in. */
export async function databases(engine, folder, sizes) {
  const all = [];
  for (const users of sizes) {
    all.push({ users, ...(engine === 'SQLite' ? await sqlite(folder, users) : await postgres(users)) });
  }
  const said = ({ users, speed }) => `${users.toLocaleString('en')} users ${speed ? `at ${speed} a second` : 'were there'}`;
  console.log(`seeding ${engine}: ${all.map(said).join(', ')}`);
  return all;
}
