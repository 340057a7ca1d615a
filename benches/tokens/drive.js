// Drives both servers with wrk, one kind of request after the other, and prints what each costs.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpu } from '../cost.js';
import { stop } from '../doorward.js';
import { doorward, oidcProvider } from './servers.js';

const SECONDS = Number(process.env.SECONDS ?? 4);
const CONNECTIONS = [1, 16, 64];
const WHAT = { token: 'token issue', check: 'token check', key: 'API key check', introspection: 'introspection' };

/** The request of one kind, as method, body and headers. */
function request(server, kind, token) {
  const authorization = `Basic ${Buffer.from(`${server.id}:${server.secret}`).toString('base64')}`;
  const form = (body) => ({
    method: 'POST',
    body,
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
  });
  if (kind === 'token') return form('grant_type=client_credentials');
  if (kind === 'introspection') return form(`token=${token}`);
  // The other server knows no keys of people: its tokens stand for them.
  const bearer = kind === 'key' ? (server.key ?? token) : token;
  return { method: 'GET', headers: { authorization: `Bearer ${bearer}` } };
}

async function freshToken(server) {
  const answer = await fetch(server.url + server.paths.token, request(server, 'token'));
  if (!answer.ok) throw new Error(`${server.name}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).access_token;
}

const quoted = (text) => JSON.stringify(text);

/** What wrk sends, and how it tells what came of it. */
function script({ method, body, headers }) {
  return [
    `wrk.method = ${quoted(method)}`,
    body ? `wrk.body = ${quoted(body)}` : '',
    ...Object.entries(headers).map(([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`),
    'function done(summary, latency)',
    '  local wrong = summary.errors',
    '  wrong = wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout',
    '  io.write(string.format("\\nresult %d %d %d", summary.requests, wrong, latency:percentile(99)))',
    'end',
  ].join('\n');
}

async function wrk(folder, server, kind, connections, seconds) {
  const asked = request(server, kind, await freshToken(server));
  const answer = await fetch(server.url + server.paths[kind], asked);
  if (!answer.ok) throw new Error(`${server.name}, ${kind}: ${answer.status} ${await answer.text()}`);
  const file = join(folder, 'request.lua');
  await writeFile(file, script(asked));
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', file, server.url + server.paths[kind]];
  const begun = await cpu(server.child.pid);
  const { stdout } = await promisify(execFile)('wrk', args);
  const used = (await cpu(server.child.pid)) - begun;
  const [, requests, wrong, p99] = /^result (\d+) (\d+) (\d+)$/m.exec(stdout).map(Number);
  if (wrong) throw new Error(`${server.name}, ${kind}: ${wrong} of ${requests} requests went wrong\n${stdout}`);
  return { cpu: (used / requests) * 1000, p99: p99 / 1000, perSecond: requests / seconds };
}

async function measure(folder, servers) {
  const rows = [];
  for (const kind of Object.keys(WHAT)) {
    for (const server of servers) await wrk(folder, server, kind, 16, 1); // warms up
    for (const connections of CONNECTIONS) {
      const results = [];
      for (const server of servers) results.push(await wrk(folder, server, kind, connections, SECONDS));
      rows.push({ kind, connections, ours: results[0], theirs: results[1] });
    }
  }
  return rows;
}

/** Ratios are Doorward's by the other's: below 1 Doorward costs less. */
function print(rows) {
  const ratio = (ours, theirs) => (ours / theirs).toFixed(2);
  const line = (cells) => console.log(`| ${cells.join(' | ')} |`);
  line(['', 'connections', ...['CPU s per 1,000', 'p99 in ms', 'requests/s'].flatMap((it) => [it, 'oidc-provider', 'ratio'])]);
  line(['---', ...Array(10).fill('--:')]);
  for (const { kind, connections, ours, theirs } of rows) {
    const cost = [ours.cpu.toFixed(3), theirs.cpu.toFixed(3), ratio(ours.cpu, theirs.cpu)];
    const wait = [ours.p99.toFixed(2), theirs.p99.toFixed(2), ratio(ours.p99, theirs.p99)];
    const pace = [Math.round(ours.perSecond), Math.round(theirs.perSecond), ratio(ours.perSecond, theirs.perSecond)];
    line([WHAT[kind], connections, ...cost, ...wait, ...pace]);
  }
}

const [folder] = process.argv.slice(2);
const servers = [];
try {
  servers.push(await doorward(folder));
  servers.push(await oidcProvider());
  console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores, ${SECONDS} s each\n`);
  print(await measure(folder, servers));
} finally {
  for (const server of servers) await stop(server);
}
