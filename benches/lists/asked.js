// What is asked of Doorward: the list of users in every way there is, and the page that shows it.

import { apiKey, serve, signIn, stop } from '../doorward.js';

const SORTS = ['name', 'username', 'email', 'company', 'role', 'status', 'last_sign_in_at'];
const MANAGER = { username: 'bench.manager', password: 'lantern quartz pier meadow' };
const PROFILE = 'Technician';

/** A running Doorward with its people signed in; `end` gives back what they were given. */
export async function doorward(database, folder) {
  const server = await serve(database.url, folder);
  try {
    return { ...server, ...(await people(server)), postmaster: database.postmaster, users: database.users };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

async function people(server) {
  const admin = await signIn(server.url);
  const profile = await profileNamed(admin, PROFILE);
  // The first by name is an installer.
  const [{ company_id: company }] = (await admin.call('GET', '/api/v1/users?sort=company&limit=1')).items;
  const manager = await managerOf(server.url, admin, company);
  const signedIn = [admin, manager];
  const keys = await Promise.all(signedIn.map(apiKey));
  const end = async () => {
    await Promise.all(keys.map(({ id }, at) => signedIn[at].call('DELETE', `/api/v1/api-keys/${id}`)));
    await stop(server);
  };
  const [admins, managers] = keys.map(({ secret }) => list(server.url, secret));
  const page = { url: `${server.url}/users`, headers: { cookie: admin.cookie } };
  return { company, profile, admins, managers, page, end };
}

async function profileNamed({ call }, name) {
  const { items } = await call('GET', `/api/v1/profiles?q=${encodeURIComponent(name)}&limit=200`);
  return items.find((it) => it.name === name).id;
}

/** Somebody who manages one company, made by the first run over a database. */
async function managerOf(url, admin, company_id) {
  const signedIn = await signIn(url, MANAGER.username, MANAGER.password);
  if (signedIn) return signedIn;
  const first = 'meadow lantern quartz pier';
  const profiles = [await profileNamed(admin, 'Facility manager')];
  const made = { username: MANAGER.username, name: 'Bench Manager', email: 'bench@example.com', role: 'common_manager' };
  await admin.call('POST', '/api/v1/users', { ...made, company_id, profiles, password: { mode: 'custom', value: first } });
  const manager = await signIn(url, MANAGER.username, first);
  const change = { current: first, new: MANAGER.password, again: MANAGER.password, name: '', email: '' };
  await manager.call('POST', '/fn/me.change_password', { change });
  return await signIn(url, MANAGER.username, MANAGER.password);
}

/** Asks for pages of users with this key: `ask(params)` is the request, `read(params)` its answer. */
function list(url, key) {
  const headers = { authorization: `Bearer ${key}` };
  const ask = (params) => ({ url: `${url}/api/v1/users?${new URLSearchParams({ limit: 50, ...params })}`, headers });
  const read = async (params) => {
    const { url, headers } = ask(params);
    const answer = await fetch(url, { headers });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  /** The page that follows at most 200 pages, and at most half of what there is. */
  const deep = async (params) => {
    const cursors = [];
    while (cursors.length < 50) {
      const { next_cursor: cursor } = await read({ ...params, limit: 200, ...(cursors.length && { cursor: cursors.at(-1) }) });
      if (!cursor) break;
      cursors.push(cursor);
    }
    // A filter of a small database may leave less than a page of 200.
    const cursor = (cursors.length < 50 ? cursors[Math.floor(cursors.length / 2)] : cursors.at(-1)) ?? (await read(params)).next_cursor;
    return ask({ ...params, ...(cursor && { cursor }) });
  };
  return { ask, read, deep };
}

/** Words to search for, from those who signed in last: in a rare one, and one that one in a hundred has. */
export async function words({ admins: { read } }) {
  const people = [];
  let cursor;
  do {
    const page = await read({ sort: '-last_sign_in_at', limit: 200, ...(cursor && { cursor }) });
    people.push(...page.items.map((it) => `${it.username}\n${it.name.toLowerCase()}`));
    cursor = page.next_cursor;
  } while (cursor && people.length < 10_000);
  const all = new Set(people.flatMap((text) => text.split('\n')[1].split(' ')).filter((word) => /^[a-z]{4,}$/.test(word)));
  const share = (word) => people.filter((text) => text.includes(word)).length / people.length;
  const common = [...all].map((word) => ({ word, off: Math.abs(share(word) - 0.01) })).sort((a, b) => a.off - b.off)[0].word;
  return { rare: people[Math.floor(people.length / 2)].split('\n')[0], common, two: common.slice(0, 2) };
}

/** The rows of the table, in groups: what it says, the request, and what of better-auth's stands beside it. */
export async function rows(server, { rare, common, two }) {
  const { admins, managers } = server;
  const filters = { company_id: server.company, role: 'operations_engineer', profile_id: server.profile, status: 'disabled' };
  const rows = [];
  const add = (group, name, asked, beside) => rows.push({ group, name, asked, beside });
  const both = async (group, name, params, beside, who = admins) => {
    add(group, name, who.ask(params), beside);
    add(group, `${name}, deep`, await who.deep(params), beside === 'list' ? 'deep' : beside);
  };
  await both('list', 'the list', {}, 'list');
  for (const sort of SORTS.flatMap((it) => [it, `-${it}`])) await both('list', `sort=${sort}`, { sort }, 'list');
  for (const [name, value] of Object.entries(filters)) {
    await both('list', name, { [name]: value }, 'filter');
    add('list', `${name}, sort=-last_sign_in_at`, admins.ask({ [name]: value, sort: '-last_sign_in_at' }), 'filter');
  }
  await both('manager', 'manager of a company', {}, 'list', managers);
  add('manager', 'manager, sort=-last_sign_in_at', managers.ask({ sort: '-last_sign_in_at' }), 'list');
  add('manager', 'manager, status', managers.ask({ status: 'disabled' }), 'filter');
  add('search', 'search: one has it', admins.ask({ q: rare }), 'search');
  add('search', 'search: one in 100 has it', admins.ask({ q: common }), 'search');
  add('search', 'search: one in 100, sort=-last_sign_in_at', admins.ask({ q: common, sort: '-last_sign_in_at' }), 'search');
  add('search', 'search: two letters', admins.ask({ q: two }), 'search');
  add('search', 'manager, search: one in 100 has it', managers.ask({ q: common }), 'search');
  add('page', '/users rendered', server.page);
  return rows;
}
