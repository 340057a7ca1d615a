// The other server: better-auth with its admin plugin, as its documentation sets them up, over SQLite. Its users are
// written straight into its table. Prints where it listens and the cookie of its administrator, as JSON.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { admin } from 'better-auth/plugins';
import Database from 'better-sqlite3';

const FIRST = ['anna', 'bruno', 'clara', 'david', 'emma', 'felix', 'greta', 'henri', 'ida', 'jonas'];
const LAST = ['keller', 'moreau', 'rossi', 'jansen', 'silva', 'yilmaz', 'walker', 'novak', 'berg'];

const [folder, users] = process.argv.slice(2);
const database = new Database(join(folder, 'better-auth.db'));
database.pragma('journal_mode = wal');

const listener = createServer();
listener.listen(0, '127.0.0.1');
await once(listener, 'listening');
const baseURL = `http://127.0.0.1:${listener.address().port}`;

const auth = betterAuth({
  database,
  baseURL,
  secret: randomBytes(32).toString('base64'),
  emailAndPassword: { enabled: true },
  plugins: [admin()],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
});
await (await getMigrations(auth.options)).runMigrations();

const insert = database.prepare(
  `insert into user (id, name, email, emailVerified, createdAt, updatedAt, role, banned) values (?, ?, ?, 1, ?, ?, ?, 0)`,
);
const at = new Date().toISOString();
database.transaction(() => {
  for (let number = 0; number < Number(users); number++) {
    const [first, last] = [FIRST[number % FIRST.length], LAST[number % LAST.length]];
    const role = number % 5 ? 'user' : 'engineer';
    insert.run(randomBytes(16).toString('hex'), `${first} ${last}`, `${first}.${last}${number}@example.com`, at, at, role);
  }
})();

const password = randomBytes(16).toString('hex');
const body = { name: 'Bench', email: 'bench@example.com', password };
await auth.api.signUpEmail({ body });
database.prepare(`update user set role = 'admin' where email = ?`).run(body.email);
const { headers } = await auth.api.signInEmail({ body, returnHeaders: true });
const cookie = headers.getSetCookie().map((it) => it.split(';')[0]).join('; ');

listener.on('request', toNodeHandler(auth));
console.log(JSON.stringify({ url: baseURL, cookie }));
