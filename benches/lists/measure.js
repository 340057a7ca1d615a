// One request, asked again and again over one connection, and what it costs whom.

import { Agent, request } from 'node:http';
import { cpu, cpuOfAll, forgetPeak, memory } from '../cost.js';

const SECONDS = Number(process.env.EACH ?? 1);

/** Requests that nobody counts: they fill caches and prepare statements. */
const WARM_UP = 20;

/** Fewer say nothing, unless they would take ten times as long. */
const LEAST = 100;

const now = () => performance.now() / 1000;

function get(agent, { url, headers }) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const body = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(body);
        else reject(new Error(`${url}: ${answer.statusCode} ${body.slice(0, 300)}`));
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** CPU seconds so far: of the server's process, and of its PostgreSQL. */
async function used({ child, postmaster }) {
  return { server: await cpu(child.pid), engine: postmaster ? await cpuOfAll(postmaster) : 0 };
}

/** Asks until `enough(requests, seconds)`; gives each request's seconds. */
async function ask(agent, asked, enough) {
  const times = [];
  const begun = now();
  while (!enough(times.length, now() - begun)) {
    const sent = now();
    await get(agent, asked);
    times.push(now() - sent);
  }
  return times;
}

const percentile = (times, share) => times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] * 1000;

/** In milliseconds per request: CPU of server and engine together, the engine's part, and what was waited. */
async function cost(server, ask) {
  const before = await used(server);
  const times = await ask();
  const after = await used(server);
  const each = (who) => ((after[who] - before[who]) / times.length) * 1000;
  const [own, engine] = [each('server'), each('engine')];
  return { cpu: own + engine, engine, p50: percentile(times, 0.5), p99: percentile(times, 0.99), requests: times.length };
}

export async function measure(server, asked, least = LEAST) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(agent, asked, (requests, seconds) => requests >= WARM_UP || seconds > SECONDS);
  const enough = (requests, seconds) => (requests >= least && seconds > SECONDS) || (requests > 2 && seconds > 10 * SECONDS);
  const measured = await cost(server, () => ask(agent, asked, enough));
  const rows = rowsOf(await get(agent, asked));
  agent.destroy();
  return { ...measured, rows };
}

/** How many rows a page of the API has; pages of others are not looked into. */
const rowsOf = (body) => (body.startsWith('{') ? JSON.parse(body).items?.length : undefined);

/** Sixteen ask at once: also how many are answered in a second, and the memory of the server. */
export async function atOnce(server, asked) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  await forgetPeak(server.child.pid);
  const begun = now();
  const one = () => ask(agent, asked, (requests, seconds) => requests > 2 && seconds > 3 * SECONDS);
  const measured = await cost(server, async () => (await Promise.all(Array.from({ length: 16 }, one))).flat());
  const perSecond = measured.requests / (now() - begun);
  agent.destroy();
  return { ...measured, perSecond, memory: await memory(server.child.pid) };
}
