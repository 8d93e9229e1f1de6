// The programs that add and work jobs of BullMQ: ours in C++ (the examples of the build; WATCHBILL_EXAMPLES is their
// folder if it is another) and those in node_queue/, on Node; with the same flags and the same line of JSON at their end.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { kRepository } from '../../../tests/system/support/program.mjs';
import { within } from '../../../tests/system/support/until.mjs';

const kExamples = process.env.WATCHBILL_EXAMPLES ?? resolve(kRepository, 'build/examples');
const kNodeQueue = resolve(kRepository, 'bench/load/node_queue');

/** The words that start a program: `kPrograms.cpp.add`, `kPrograms.node.work`. */
export const kPrograms = {
  cpp: { add: [resolve(kExamples, 'bullmq_add')], work: [resolve(kExamples, 'bullmq_work')] },
  node: {
    add: [process.execPath, resolve(kNodeQueue, 'add.mjs')],
    work: [process.execPath, resolve(kNodeQueue, 'work.mjs')],
  },
};

/** What a job of the product carries. */
export const kJobData = JSON.stringify({
  userId: 'u123',
  userEmail: 'u@example.org',
  intervalMinutes: 5,
  scheduledAt: '2026-11-23T00:00:00.000Z',
});

/** Version of a package that node_queue/ uses. */
export function packageVersion(name) {
  try {
    return JSON.parse(readFileSync(resolve(kNodeQueue, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch (cause) {
    throw new Error(`${name} is not installed: npm --prefix bench/load/node_queue ci (make bench does it)`, { cause });
  }
}

/** One run of a program; it is killed when the bench ends before it. */
export class QueueProgram {
  #child;
  #command;
  #redis;
  #redisBefore; // CPU of Redis when the measured window began
  #ended; // promise of the figures

  /** `flags`: {name: value}; true stands for a flag without a value. */
  constructor(here, program, redis, flags) {
    const words = Object.entries({ redis: redis.url, ...flags }).flatMap(([name, value]) =>
      value === true ? [`--${name}`] : [`--${name}`, String(value)],
    );
    this.#command = [...program, ...words].join(' ');
    this.#redis = redis;
    this.#redisBefore = redis.cpuUs();
    this.#child = spawn(program[0], [...program.slice(1), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    here.atEnd(() => this.#child.kill('SIGKILL'));
    this.#ended = this.#readToEnd();
    this.#ended.catch(() => {}); // told to whoever waits for the figures
  }

  get pid() {
    return this.#child.pid;
  }

  /**
   * What the program measured, once it has ended, and `redis_cpu_us`: CPU time of Redis in the measured window. That
   * ends with the line of figures. It begins with a line `measuring` on standard error where the program prints one,
   * else with the program: nothing is asked of Redis before it but a connection and the scripts.
   */
  async figures(withinMs) {
    try {
      return await within(`end of ${this.#command}`, withinMs, this.#ended);
    } finally {
      this.#child.kill('SIGKILL');
    }
  }

  async #readToEnd() {
    const closed = new Promise((done, failed) => {
      this.#child.once('error', failed);
      this.#child.once('close', (code, signal) => done(code ?? signal));
    });
    const [end, said, complaints] = await Promise.all([closed, this.#readFigures(), this.#readErrors()]);
    if (end !== 0 || !said) throw new Error(`${this.#command}: exit ${end}\n${complaints}`);
    return { ...JSON.parse(said.line), redis_cpu_us: said.redisCpu };
  }

  async #readFigures() {
    let said;
    for await (const line of createInterface({ input: this.#child.stdout })) {
      said = { line, redisCpu: this.#redis.cpuUs() - this.#redisBefore };
    }
    return said;
  }

  async #readErrors() {
    let complaints = '';
    for await (const line of createInterface({ input: this.#child.stderr })) {
      if (line === 'measuring') this.#redisBefore = this.#redis.cpuUs();
      else complaints += `${line}\n`;
    }
    return complaints;
  }
}
