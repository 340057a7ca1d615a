// Measures the list of users on both engines, with few of them and with many, beside better-auth; prints what it costs.

import { availableParallelism } from 'node:os';
import { doorward, rows, words } from './asked.js';
import { betterAuth, printBetterAuth } from './beside.js';
import { databases } from './databases.js';
import { atOnce, measure } from './measure.js';
import { line, printAims, printTable } from './table.js';

const ENGINES = (process.env.ENGINES ?? 'SQLite,PostgreSQL').split(',');
const FEW = 2_000;
const MANY = Number(process.env.USERS ?? 1_000_000);

/** Costs by row of one database. */
async function costs(database, folder) {
  const server = await doorward(database, folder);
  try {
    const measured = [];
    for (const { asked, ...row } of await rows(server, await words(server))) {
      measured.push({ ...row, cost: await measure(server, asked) });
      process.stderr.write('.');
    }
    const together = [
      { name: 'the list', cost: await atOnce(server, server.admins.ask({})) },
      { name: '/users rendered', cost: await atOnce(server, server.page) },
    ];
    process.stderr.write('\n');
    return { measured, together };
  } finally {
    await server.end();
  }
}

const [folder, temporary, only] = process.argv.slice(2);
const beside = only === 'seed' ? undefined : await betterAuth(temporary);
if (beside) {
  console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores`);
  printBetterAuth(beside, line);
}
for (const engine of ENGINES) {
  const [few, many] = await databases(engine, folder, [FEW, MANY]);
  if (!beside) continue;
  const measured = { few: await costs(few, temporary), many: await costs(many, temporary) };
  printTable(engine, measured, beside, [FEW, MANY]);
  printAims(engine, measured, beside);
}
