// Runs the real binary: commands to their end, servers until they are stopped.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { readFile } from 'node:fs/promises';

import { Journal, within } from './until.mjs';

export const kRepository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const kBinary = process.env.WATCHBILL_BIN ?? resolve(kRepository, 'build/watchbill');

// Nothing of the tester's own environment reaches the program, so that every machine tests the same.
const kEnvironment = { PATH: process.env.PATH, HOME: '/nonexistent', LANG: 'en_US.UTF-8', LOG_FORMAT: 'json' };

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Runs `args` to the end: `{code, signal, stdout, stderr}`. `user`: uid and gid, if not our own. */
export async function run(args, { cwd, env = {}, input = '', withinMs = 20_000, program = kBinary, ...user } = {}) {
  const child = spawn(program, args, { cwd, env: { ...kEnvironment, ...env }, ...user });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (output.stdout += data));
  child.stderr.on('data', (data) => (output.stderr += data));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => done({ code, signal, ...output }));
  });
  try {
    return await within(`end of ${args.join(' ')}`, withinMs, ended);
  } finally {
    child.kill('SIGKILL');
  }
}

/** A running server (`watchbill up` and the like, or another program that says when it is ready). */
export class Program {
  log = new Journal(); // lines of standard error: parsed events, or {message: line} for others
  output = new Journal(); // lines of standard output
  exited; // promise of {code, signal}
  port;
  startedAt = performance.now();
  #child;

  /** `descriptors`: how many it may open, "soft:hard"; else as many as we. */
  constructor({ cwd, port, program = kBinary, args = ['up'], env = {}, descriptors, ...user }) {
    this.port = port;
    const limited = descriptors ? ['prlimit', `--nofile=${descriptors}`] : [];
    const words = [...limited, program, ...args];
    this.#child = spawn(words[0], words.slice(1), {
      cwd,
      env: { ...kEnvironment, PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user, // uid and gid
    });
    createInterface({ input: this.#child.stderr }).on('line', (line) => this.log.add(parse(line)));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.output.add(line));
    this.exited = new Promise((done, failed) => {
      this.#child.once('error', failed);
      this.#child.once('close', (code, signal) => done({ code, signal }));
    });
  }

  get pid() {
    return this.#child.pid;
  }
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }
  get alive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Until it serves; fails at once when it ends instead. */
  async ready(withinMs = 10_000) {
    const gone = this.exited.then(({ code, signal }) => {
      throw new Error(`ended instead of getting ready: ${code ?? signal}`);
    });
    await Promise.race([this.banner(withinMs), gone]);
    this.readyAt = performance.now();
    return this;
  }

  /** What it says on standard output when it is ready: address, set-up link or account of the demo. */
  async banner(withinMs) {
    return JSON.parse(await this.output.find('banner', () => true, { withinMs }));
  }

  /** The token of the set-up link. */
  async setupToken() {
    const { setupLink } = await this.banner();
    return setupLink.split('#token=')[1];
  }

  /** The first log event with this message. */
  event(message, withinMs) {
    return this.log.find(`log event "${message}"`, (entry) => entry.message === message, { withinMs });
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Asks it to end and waits; gives {code, signal}. */
  stop(withinMs = 20_000) {
    this.signal('SIGTERM');
    return this.end(withinMs);
  }
  kill() {
    this.signal('SIGKILL');
    return this.end();
  }
  end(withinMs = 10_000) {
    return within('end of the program', withinMs, this.exited);
  }

  /** Resident memory in bytes. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { message: line };
  }
}
