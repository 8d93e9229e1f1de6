// A Redis of our own: a real redis-server on a free port of 127.0.0.1 in a temporary folder, nothing on disk.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import IORedis from 'ioredis';

import { freePort } from '../../system/support/program.mjs';
import { until } from '../../system/support/until.mjs';

export class RedisServer {
  #child;
  #ended;
  #clients = [];

  /** `port`: that of one that was stopped; else a free one. */
  static async start({ port } = {}) {
    const redis = new RedisServer();
    redis.folder = await mkdtemp(join(tmpdir(), 'watchbill-interop-'));
    redis.port = port ?? (await freePort());
    redis.url = `redis://127.0.0.1:${redis.port}`;
    const flags = { bind: '127.0.0.1', port: redis.port, dir: redis.folder, save: '', appendonly: 'no' };
    const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    // Ends with us, however we end.
    const command = ['--pdeathsig=KILL', 'redis-server', ...words];
    redis.#child = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'inherit'] });
    redis.#ended = new Promise((done) => redis.#child.once('close', done).once('error', done));
    redis.client = redis.connect();
    redis.client.on('error', () => {});
    await until('Redis answers', () => redis.client.ping());
    return redis;
  }

  /** For BullMQ on Node, which asks for no retries of single commands. */
  connect() {
    const client = new IORedis({ host: '127.0.0.1', port: this.port, maxRetriesPerRequest: null });
    this.#clients.push(client);
    return client;
  }

  get pid() {
    return this.#child.pid; // setpriv becomes the server
  }

  get connection() {
    return { host: '127.0.0.1', port: this.port };
  }

  async stop() {
    for (const client of this.#clients) client.disconnect();
    this.#child.kill('SIGKILL');
    await this.#ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
