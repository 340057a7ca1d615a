// What a process has used, as Linux counts it.

import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The fields of /proc/PID/stat from the state on: [1] is the parent, [11] to [14] are times. Undefined once it has ended. */
async function stat(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
}

/** CPU seconds that a process has used so far, in all its threads. */
export async function cpu(pid) {
  const fields = await stat(pid);
  return fields ? (fields[11] + fields[12]) / TICKS : 0;
}

/** CPU seconds of a process and of all that it has started, those that have ended included: a PostgreSQL with its backends. */
export async function cpuOfAll(pid) {
  const all = await Promise.all((await readdir('/proc')).filter(Number).map(stat));
  const own = await stat(pid);
  if (!own) throw new Error(`there is no process ${pid} on this machine to measure`);
  const children = all.filter((it) => it?.[1] === pid).map((it) => it[11] + it[12]);
  return children.reduce((sum, ticks) => sum + ticks, own[11] + own[12] + own[13] + own[14]) / TICKS;
}

export async function parent(pid) {
  const fields = await stat(pid);
  if (!fields) throw new Error(`there is no process ${pid} on this machine to measure`);
  return fields[1];
}

/** From here on the process's peak of memory counts anew. */
export async function forgetPeak(pid) {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** MB that the process has had at the most, with what it maps of files, and those that are its own now. */
export async function memory(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mb = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)[1]) * 1024) / 1e6;
  return { most: mb('VmHWM'), own: mb('RssAnon') };
}
