// What every load bench shares: a folder of its own, the release binary, and one line of JSON as its result.
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Database } from '../../../tests/system/support/database.mjs';
import { Program, freePort, kBinary, run } from '../../../tests/system/support/program.mjs';

export { median, percentile, round } from './figures.mjs';
export { freePort, kBinary, pause, run };

const kTicksPerSecond = 100; // what Linux tells programs, whatever the kernel's own tick

/** Runs `body(bench)` and prints `{bench, ...figures}` with the command that repeats it. */
export async function bench(body) {
  const name = basename(process.argv[1], '.mjs');
  const here = new Bench(await mkdtemp(join(tmpdir(), 'watchbill-bench-')));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => here.close().then(() => process.exit(1)));
  try {
    const figures = await body(here);
    const flags = process.argv.slice(2);
    const command = flags.length > 0 ? ['node', `bench/load/${name}.mjs`, ...flags].join(' ') : `bench/run ${name}`;
    console.log(JSON.stringify({ bench: name, ...figures, cores: cpus().length, command }));
  } finally {
    await here.close();
  }
}

class Bench {
  #atEnd = [];

  constructor(folder) {
    this.folder = folder;
    this.database = new Database(join(folder, 'data/watchbill.db'));
  }

  atEnd(action) {
    this.#atEnd.unshift(action);
  }

  /** Said on standard error: standard output is for the result. */
  note(text) {
    console.error(`  ${text}`);
  }

  async migrate() {
    const made = await run(['migrate', 'deploy'], { cwd: this.folder });
    if (made.code !== 0) throw new Error(made.stderr);
  }

  /** Away with the database. */
  clear() {
    return rm(join(this.folder, 'data'), { recursive: true, force: true });
  }

  /** A server that serves. */
  async start(env = {}) {
    const program = new Program({ cwd: this.folder, port: await freePort(), env: { LOG_LEVEL: 'info', ...env } });
    this.atEnd(() => program.alive && program.kill());
    return program.ready(60_000);
  }

  async close() {
    for (const action of this.#atEnd) await action();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** CPU time of a process with all its threads so far, in microseconds. */
export function cpuMicroseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / kTicksPerSecond;
}

/** Resident memory in MB (10^6 bytes): now (`VmRSS`) or the most so far (`VmHWM`). */
export function memoryMb(pid, field = 'VmRSS') {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)[1]) * 1024) / 1e6;
}

/** Percentiles of a column of MonitorRound, computed in the database. */
export async function latenessOf(database, where = '1') {
  const rank = (p) => `(SELECT lateness FROM sorted LIMIT 1 OFFSET (SELECT CAST(${p} * COUNT(*) AS INTEGER) FROM sorted))`;
  return database.one(`WITH sorted AS MATERIALIZED (SELECT lateness FROM MonitorRound WHERE ${where} ORDER BY lateness)
    SELECT COUNT(*) AS rounds, ${rank(0.5)} AS p50, ${rank(0.99)} AS p99, MAX(lateness) AS max FROM sorted`);
}
