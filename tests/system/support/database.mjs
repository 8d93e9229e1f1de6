// The product's SQLite file, seen and changed from outside with Debian's sqlite3.
import { spawn } from 'node:child_process';

import { until } from './until.mjs';

export class Database {
  constructor(file) {
    this.file = file;
  }

  /** Runs SQL in one go; rows of the last query as objects. */
  async sql(text) {
    const { code, stdout, stderr } = await sqlite(this.file, `${text}\n`);
    if (code !== 0 || stderr) throw new Error(`sqlite3: ${stderr.trim() || `exit ${code}`}`);
    const last = stdout.trim().split(/\n(?=\[)/).at(-1);
    return last ? JSON.parse(last) : [];
  }

  async one(text) {
    return (await this.sql(text))[0];
  }

  async value(text) {
    return Object.values((await this.one(text)) ?? {})[0];
  }

  /** Until a query gives a value that is not 0. Each look keeps writers waiting, so there are not too many. */
  until(what, query, withinMs) {
    return until(what, () => this.value(query), withinMs, 50);
  }

  /** Keeps every other process out until the function that comes back is called. */
  async lockExclusively() {
    const child = spawn('sqlite3', ['-bail', '-cmd', '.timeout 10000', this.file]);
    const closed = new Promise((done) => child.once('close', done));
    const locked = new Promise((done, failed) => {
      child.stdout.once('data', done);
      child.stderr.once('data', (text) => failed(new Error(String(text))));
    });
    child.stdin.write("BEGIN EXCLUSIVE;\nSELECT 'locked';\n");
    await locked;
    return async () => {
      if (child.stdin.writable) child.stdin.end('COMMIT;\n');
      await closed;
    };
  }
}

function sqlite(file, input) {
  const child = spawn('sqlite3', ['-json', '-bail', '-cmd', '.timeout 20000', file]);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (output.stdout += data));
  child.stderr.on('data', (data) => (output.stderr += data));
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, ...output }));
  });
}

/** A text as an SQL literal. */
export function quote(text) {
  return `'${String(text).replaceAll("'", "''")}'`;
}
