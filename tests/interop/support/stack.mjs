// The whole system of the guide, with roles on Node (node_stack/) and of watchbill on one Redis and one MariaDB:
//
//   web      finds the users who are due and adds their jobs
//   worker   works the jobs: a round asks the target for /node/USER or /ours/USER, so that it tells who ran it
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { Client } from '../../system/support/client.mjs';
import { Program, freePort, kBinary, run } from '../../system/support/program.mjs';
import { Target } from '../../system/support/target.mjs';
import { until } from '../../system/support/until.mjs';
import { MariaDbServer } from './mariadb.mjs';
import { RedisServer } from './redis.mjs';

export const kCronPath = '/api/cron/one-click-start';
export const kSecret = 'a-secret-of-the-test';
const kNodeStack = fileURLToPath(new URL('../node_stack/', import.meta.url));

/** What starts each role of each side. */
const kPrograms = {
  node: {
    web: { program: process.execPath, args: [join(kNodeStack, 'dispatcher.mjs')] },
    worker: { program: process.execPath, args: [join(kNodeStack, 'worker.mjs')] },
  },
  ours: { web: { program: kBinary, args: ['web'] }, worker: { program: kBinary, args: ['worker'] } },
};

let databases = 0;

/** A test on a stack of its own, made with `options` of Stack.start(). */
export function onStack(name, options, body) {
  test(name, { timeout: 120_000 }, async (t) => {
    const here = await Stack.start(options);
    try {
      await body(here);
    } catch (error) {
      here.logs().forEach((text) => t.diagnostic(text));
      throw error;
    } finally {
      await here.stop();
    }
  });
}

export class Stack {
  #programs = [];
  #atEnd = [];
  database;

  /**
   * `env`: more for every program. `migrate`: with all tables; else the database is empty. `servers`: {redis, mariadb} of
   * somebody else, who stops them; else of its own, with these `flags` of mariadbd.
   */
  static async start({ env = {}, servers, flags, migrate = true } = {}) {
    const stack = new Stack();
    try {
      await stack.#prepare(servers, flags);
      stack.env = { ...stack.#addresses(), ...env };
      if (migrate) await stack.#migrate();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async #prepare(servers, flags) {
    this.folder = await mkdtemp(join(tmpdir(), 'watchbill-stack-'));
    this.atEnd(() => rm(this.folder, { recursive: true, force: true }));
    if (servers) Object.assign(this, servers);
    else await this.#startServers(flags);
    this.target = await Target.start();
    this.atEnd(() => this.target.close());
    await this.redis.client.flushall();
    this.database = `stack${++databases}`;
    await this.sql(`CREATE DATABASE ${this.database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    await this.sql(`USE ${this.database}`);
  }

  async #startServers(flags) {
    this.redis = await RedisServer.start();
    this.atEnd(() => this.redis.stop());
    this.mariadb = await MariaDbServer.start(flags);
    this.atEnd(() => this.mariadb.stop());
  }

  async #migrate() {
    const made = await run(['migrate', 'deploy'], { cwd: this.folder, env: this.env });
    if (made.code !== 0) throw new Error(`migrate deploy: exit ${made.code}\n${made.stderr}`);
  }

  #addresses() {
    const { host, port, user } = this.mariadb.account;
    return {
      DATABASE_URL: `mysql://${user}@${host}:${port}/${this.database}`,
      REDIS_URL: this.redis.url,
      CRON_SECRET: kSecret,
      PROBE_ALLOW: '127.0.0.0/8',
      ROUND_URL: this.target.url('/node/'),
    };
  }

  atEnd(action) {
    this.#atEnd.unshift(action);
  }

  /** The rows of a statement. Times come as text, in UTC. */
  sql(text, values) {
    return this.mariadb.query(text, values);
  }
  async value(text, values) {
    const [row] = await this.sql(text, values);
    return row && Object.values(row)[0];
  }

  /** `count` users as the guide's application writes them, none due; each with a monitor, unless `monitors` is false. */
  async addUsers(count, { monitors = true, intervalMinutes = 5, prefix = 'user' } = {}) {
    const ids = Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
    for (const id of ids) {
      await this.sql('INSERT INTO User (id, email) VALUES (?, ?)', [id, `${id}@example.org`]);
      await this.sql(
        `INSERT INTO UserMonitorSchedule (id, userId, intervalMinutes, nextRunAt)
          VALUES (?, ?, ?, UTC_TIMESTAMP(3) + INTERVAL 1 HOUR)`,
        [`s-${id}`, id, intervalMinutes],
      );
      if (monitors) await this.addMonitor(id);
    }
    return ids;
  }

  addMonitor(userId) {
    return this.sql(
      `INSERT INTO UserMonitor (userId, id, position, name, kind, config, stateSince, createdAt, updatedAt)
        VALUES (?, 'm1', 0, 'target', 'http', ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
      [userId, JSON.stringify({ url: this.target.url(`/ours/${userId}`) })],
    );
  }

  /** Everybody is due now. */
  makeDue() {
    return this.sql('UPDATE UserMonitorSchedule SET nextRunAt = UTC_TIMESTAMP(3)');
  }

  /** A program of `side` (node, ours) in `role` (web, worker), once it is ready. */
  async run(side, role, env = {}) {
    const port = await freePort();
    const program = new Program({ ...kPrograms[side][role], cwd: this.folder, port, env: { ...this.env, ...env } });
    program.name = `${side} ${role}`;
    this.#programs.push(program);
    return program.ready(20_000);
  }

  /** One call of cron: what the dispatcher answers. */
  async dispatch(web, body) {
    const client = new Client(web.url);
    try {
      const headers = { 'x-cron-secret': kSecret };
      const answer = await client.expect(200, 'POST', kCronPath, body, { headers, withinMs: 60_000 });
      return answer.data;
    } finally {
      client.close();
    }
  }

  /** How many jobs are in each state that is not an end, and how many failed for good. */
  async queueStats() {
    const key = (part) => `bull:monitor-user-tasks:${part}`;
    const { client } = this.redis;
    return {
      waiting: await client.llen(key('wait')),
      active: await client.llen(key('active')),
      delayed: await client.zcard(key('delayed')),
      failed: await client.zcard(key('failed')),
    };
  }

  /** Until nobody is due or locked, and no job is left. */
  async settled(withinMs = 20_000) {
    await until('nobody is due or locked', () => this.#nobodyIsPending(), withinMs, 50);
    await until('no job is left', async () => isEmpty(await this.queueStats()), withinMs, 50);
  }

  async #nobodyIsPending() {
    const open = 'nextRunAt <= UTC_TIMESTAMP(3) OR lockedUntil IS NOT NULL';
    return Number(await this.value(`SELECT COUNT(*) FROM UserMonitorSchedule WHERE ${open}`)) === 0;
  }

  /** The last lines of what each program said, for the report of a failed test. */
  logs() {
    return this.#programs.map(({ name, log }) => {
      const lines = log.items.slice(-20).map((entry) => JSON.stringify(entry));
      return `${name}:\n${lines.join('\n')}`;
    });
  }

  async stop() {
    for (const program of this.#programs) if (program.alive) await program.kill();
    for (const action of this.#atEnd) await action();
  }
}

const isEmpty = ({ waiting, active, delayed }) => waiting + active + delayed === 0;
