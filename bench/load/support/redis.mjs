// A Redis of our own: Debian's redis-server on a free port of 127.0.0.1, in the folder of the bench, nothing on disk.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { until } from '../../../tests/system/support/until.mjs';
import { cpuMicroseconds, freePort, run } from './bench.mjs';

export class RedisServer {
  #child;

  static async start(here) {
    const folder = join(here.folder, 'redis');
    await mkdir(folder);
    const redis = new RedisServer();
    redis.port = await freePort();
    redis.url = `redis://127.0.0.1:${redis.port}`;
    const flags = { bind: '127.0.0.1', port: redis.port, dir: folder, save: '', appendonly: 'no' };
    const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    redis.#child = spawn('redis-server', words, { stdio: ['ignore', 'ignore', 'inherit'] });
    redis.#child.once('error', (error) => here.note(`redis-server: ${error.message}`));
    here.atEnd(() => redis.#child.kill('SIGKILL'));
    await until('Redis answers', () => redis.command('PING'));
    return redis;
  }

  /** The reply of one command, through redis-cli: for what is not measured. */
  async command(...words) {
    return JSON.parse(await this.#cli('--json', ...words));
  }

  /** One field of INFO. */
  async info(section, field) {
    return new RegExp(`^${field}:(.*?)\\s*$`, 'm').exec(await this.#cli('INFO', section))[1];
  }

  async #cli(...words) {
    const { code, stdout, stderr } = await run(['-e', '-p', this.port, ...words].map(String), { program: 'redis-cli' });
    if (code !== 0) throw new Error(`redis-cli ${words.join(' ')}: ${stderr || stdout}`);
    return stdout;
  }

  cpuUs() {
    return cpuMicroseconds(this.#child.pid);
  }
}
