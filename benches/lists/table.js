// The tables as Markdown, and which aims they reach.

/** A row; a table's first one is followed by the line that aligns it. */
export function line(cells, first = false) {
  console.log(`| ${cells.join(' | ')} |`);
  if (first) console.log(`| --- | ${cells.slice(1).map(() => '--:').join(' | ')} |`);
}

const count = (users) => users.toLocaleString('en');
const ms = (value) => value.toFixed(2);

export function printTable(engine, { measured, together }, [few, many]) {
  const postgres = engine === 'PostgreSQL';
  console.log(`\n### ${engine}\n`);
  const of = postgres ? ['of it PostgreSQL'] : [];
  line(['', `CPU ms, ${count(few)} users`, `${count(many)} users`, ...of, 'ratio', 'p50 ms', 'p99 ms', 'better-auth', 'ratio'], true);
  for (const row of measured) {
    const against = row.other ? [ms(row.other.cpu), ms(row.many.cpu / row.other.cpu)] : ['', ''];
    const part = postgres ? [ms(row.many.engine)] : [];
    const waited = [ms(row.many.p50), ms(row.many.p99)];
    line([row.name, ms(row.few.cpu), ms(row.many.cpu), ...part, ms(row.many.cpu / row.few.cpu), ...waited, ...against]);
  }
  console.log();
  line(['16 at once', 'users', 'requests/s', 'CPU ms', 'p50 ms', 'p99 ms', 'most memory, MB', 'of it its own'], true);
  for (const { name, users, cost } of together) {
    const numbers = [ms(cost.cpu), ms(cost.p50), ms(cost.p99), Math.round(cost.memory.most), Math.round(cost.memory.own)];
    line([name, count(users), Math.round(cost.perSecond), ...numbers]);
  }
}

export function printAims(engine, { measured, together }) {
  const of = (group) => measured.filter((row) => row.group === group);
  const lists = [...of('list'), ...of('manager')];
  const administrator = (row) => of('list').find(({ name }) => name === AS_ADMINISTRATOR[row.name]).many.cpu;
  console.log();
  const alike = lists.filter(({ few, many }) => few.rows >= many.rows);
  aim('the list costs at most 1.3 × of what it costs with few', alike, (row) => row.many.cpu / row.few.cpu, 1.3);
  for (const { name, few, many } of lists.filter((row) => !alike.includes(row))) {
    console.log(`  * not counted: ${name}, which answers with ${few.rows} rows there and ${many.rows} here`);
  }
  aim("at most a tenth of better-auth's", lists, (row) => row.many.cpu / row.other.cpu, 0.1);
  aim('ms of CPU', lists, (row) => row.many.cpu, engine === 'PostgreSQL' ? 3 : 1.5);
  aim("a manager's list, by the administrator's", of('manager'), (row) => row.many.cpu / administrator(row), 1.2);
  aim('a search, ms of CPU', of('search'), (row) => row.many.cpu, 20);
  aim('/users rendered costs at most 1.3 × of what it costs with few', of('page'), (row) => row.many.cpu / row.few.cpu, 1.3);
  aim('/users rendered, ms of CPU', of('page'), (row) => row.many.cpu, 12);
  aim('16 at once, MB of its own', together, ({ cost }) => cost.memory.own, 80);
}

const AS_ADMINISTRATOR = {
  'manager of a company': 'the list',
  'manager of a company, deep': 'the list, deep',
  'manager, sort=-last_sign_in_at': 'sort=-last_sign_in_at',
  'manager, status': 'status',
};

/** Yes or no, by the row that is furthest off. */
function aim(what, rows, value, most) {
  const [worst] = rows.map((row) => ({ name: row.name, value: value(row) })).sort((a, b) => b.value - a.value);
  const digits = most >= 10 ? 1 : most < 1 ? 3 : 2;
  const said = worst.value <= most ? 'yes' : 'no';
  console.log(`* ${said}: ${what}: ${worst.value.toFixed(digits)} of ${most} (${worst.name})`);
}
