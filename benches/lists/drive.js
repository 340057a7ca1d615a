// Measures the list of users on both engines, with few of them and with many, beside better-auth; prints what it costs.

import { availableParallelism } from 'node:os';
import { doorward, rows, words } from './asked.js';
import { betterAuth, printBetterAuth } from './beside.js';
import { databases } from './databases.js';
import { atOnce, measure } from './measure.js';
import { line, printAims, printTable } from './table.js';

const ENGINES = (process.env.ENGINES ?? 'SQLite,PostgreSQL').split(',');
const FEW = 2_000;
/** How often each row is measured, with few, with many and beside better-auth in turn. */
const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** The rows with this in their name, instead of all. */
const ONLY = process.env.ONLY ?? '';
const MANY = Number(process.env.USERS ?? 1_000_000);

/** What each row costs with few, with many and beside, in turn: who else is busy on the machine is so for all. */
async function costs(databases, folder, peer) {
  const servers = [];
  try {
    for (const database of databases) servers.push(await doorward(database, folder));
    const asked = [];
    for (const server of servers) asked.push(await rows(server, await words(server)));
    const measured = [];
    for (const [at, row] of asked[0].entries()) {
      if (!row.name.includes(ONLY)) continue;
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [few, many] = [await measure(servers[0], row.asked), await measure(servers[1], asked[1][at].asked)];
        rounds.push([few, many, row.beside && (await peer.measured(row.beside))]);
      }
      const [few, many, other] = [0, 1, 2].map((of) => median(rounds.map((round) => round[of])));
      measured.push({ ...row, few, many, other });
      process.stderr.write('.');
    }
    process.stderr.write('\n');
    return { measured, together: await together(servers) };
  } finally {
    for (const server of servers) await server.end();
  }
}

/** The middle one by its CPU: what else the machine did in one round is left out. Undefined where nothing was measured. */
function median(measured) {
  return measured.toSorted((a, b) => a?.cpu - b?.cpu)[Math.floor(measured.length / 2)];
}

async function together(servers) {
  const measured = [];
  for (const server of servers) {
    measured.push({ name: 'the list', users: server.users, cost: await atOnce(server, server.admins.ask({})) });
    measured.push({ name: '/users rendered', users: server.users, cost: await atOnce(server, server.page) });
  }
  return measured;
}

const [folder, temporary, only] = process.argv.slice(2);
const peer = only === 'seed' ? undefined : await betterAuth(temporary);
try {
  if (peer) {
    console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores`);
    await printBetterAuth(peer, line);
  }
  for (const engine of ENGINES) {
    const both = await databases(engine, folder, [FEW, MANY]);
    if (!peer) continue;
    const measured = await costs(both, temporary, peer);
    printTable(engine, measured, [FEW, MANY]);
    if (!ONLY) printAims(engine, measured);
  }
} finally {
  await peer?.end();
}
