// One test with all that it needs, in a folder of its own; everything it started ends with it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { Client } from './client.mjs';
import { Database } from './database.mjs';
import { Household } from './household.mjs';
import { Program, freePort, run } from './program.mjs';
import { Target } from './target.mjs';
import { Witness } from './witness.mjs';

const kLogTail = 30;

/** A test by the name of a behaviour. `body` gets the scenario. */
export function scenario(name, body, { timeout = 60_000, skip = false } = {}) {
  test(name, { timeout, skip }, async (t) => {
    const here = new Scenario(await mkdtemp(join(tmpdir(), 'watchbill-system-')), t);
    try {
      await body(here);
    } catch (error) {
      here.tellLogs();
      throw error;
    } finally {
      await here.close();
    }
  });
}

class Scenario {
  #t;
  #programs = [];
  #atEnd = [];

  constructor(folder, t) {
    this.folder = folder;
    this.#t = t;
    this.database = new Database(join(folder, 'data/watchbill.db'));
    this.household = new Household(this.database);
  }

  /** Said in the report of the run. */
  note(text) {
    this.#t.diagnostic(text);
  }

  /** Registers what must happen when the test is over. */
  atEnd(action) {
    this.#atEnd.unshift(action);
  }

  /** A command of the binary, run to its end in this folder. */
  run(args, options = {}) {
    return run(args, { cwd: this.folder, ...options });
  }

  /** Starts a server and does not wait for it. */
  async launch({ args = ['up'], env = {}, port, cwd = this.folder, ...rest } = {}) {
    const program = new Program({ cwd, port: port ?? (await freePort()), args, env, ...rest });
    this.#programs.push(program);
    return program;
  }

  /** Starts `watchbill up` and waits until it serves. */
  async start(options) {
    const program = await this.launch(options);
    return program.ready();
  }

  /** Makes the database before any server runs, with the witness in it. */
  async prepare() {
    const made = await this.run(['migrate', 'deploy']);
    if (made.code !== 0) throw new Error(`migrate deploy: exit ${made.code}\n${made.stderr}`);
    return this.installWitness();
  }

  async installWitness() {
    this.witness = await Witness.install(this.database);
    return this.witness;
  }

  /** Keeps every other process out of the database until the function that comes back is called. */
  async lockDatabase() {
    const release = await this.database.lockExclusively();
    this.atEnd(release);
    return release;
  }

  async target() {
    const target = await Target.start();
    this.atEnd(() => target.close());
    return target;
  }

  /** Speaks to `program`. */
  client(program, options) {
    const client = new Client(program.url, options);
    this.atEnd(() => client.close());
    return client;
  }

  /** As a client of the user who holds this token. */
  as(user, program) {
    return this.client(program, { token: user.token });
  }

  tellLogs() {
    for (const program of this.#programs) {
      const lines = program.log.items.slice(-kLogTail).map((entry) => JSON.stringify(entry));
      this.note(`log of process ${program.pid}:\n${lines.join('\n')}`);
    }
  }

  async close() {
    for (const program of this.#programs) if (program.alive) await program.kill();
    for (const action of this.#atEnd) await action();
    await rm(this.folder, { recursive: true, force: true });
  }
}
