// A test of BullMQ in C++ beside one version of BullMQ on Node, on the Redis of its file, with a queue of its own.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import * as bullmq5 from 'bullmq5';
import * as bullmq6 from 'bullmq';

import { Journal, until } from '../../system/support/until.mjs';
import { Peer } from './peer.mjs';
import { RedisServer } from './redis.mjs';
import { CppSide, NodeSide } from './sides.mjs';

const kVersions = [
  { version: '6.7.0', packageName: 'bullmq', bullmq: bullmq6 },
  { version: '5.81.5', packageName: 'bullmq5', bullmq: bullmq5 },
];

let redis;
let scenarios = 0;
before(async () => (redis = await RedisServer.start()));
after(() => redis?.stop());

/** A test for each version of the Node package. `body` gets the scenario. */
export function interop(name, body, { only = /./, timeout = 30_000 } = {}) {
  for (const version of kVersions.filter((row) => only.test(row.version)))
    test(`${version.version}: ${name}`, { timeout }, (t) => run(version, body, t));
}

/** The same, once with the jobs of Node in the hands of a C++ worker, once the other way round. */
export function bothWays(name, body, options) {
  interop(`Node adds, C++ works: ${name}`, (here) => body(here, here.node, here.cpp), options);
  interop(`C++ adds, Node works: ${name}`, (here) => body(here, here.cpp, here.node), options);
}

async function run(version, body, t) {
  const here = new Scenario(version, t);
  try {
    await here.queue.waitUntilReady();
    await body(here);
  } finally {
    await here.close();
  }
}

class Scenario {
  prefix = 'bull';
  redis = redis;
  node = new NodeSide(this);
  cpp = new CppSide(this);
  #t;
  #atEnd = [];
  #peer;
  #sixth;

  constructor({ version, packageName, bullmq }, t) {
    Object.assign(this, { version, packageName, bullmq });
    this.#t = t;
    this.useQueue(`q${++scenarios}`);
  }

  /** Both sides turn to this queue; `queue` is also the eyes of the test. */
  useQueue(name) {
    this.queueName = name;
    this.queue = this.openQueue();
  }

  /** Registers what must happen when the test is over. */
  atEnd(action) {
    this.#atEnd.unshift(action);
  }
  note(text) {
    this.#t.diagnostic(text);
  }

  get peer() {
    return (this.#peer ??= this.startPeer());
  }
  /** Another process of BullMQ in C++. */
  startPeer() {
    const peer = new Peer(redis.url);
    this.atEnd(() => peer.end());
    return peer;
  }

  openQueue(opts = {}, { bullmq, name } = {}) {
    const { Queue } = bullmq ?? this.bullmq;
    const queue = new Queue(name ?? this.queueName, { connection: redis.connection, prefix: this.prefix, ...opts });
    queue.on('error', () => {}); // connections end with the server
    this.atEnd(() => queue.close());
    return queue;
  }

  /** The queue as the newest version on Node sees it. */
  get sixth() {
    return (this.#sixth ??= this.openQueue({}, { bullmq: bullmq6 }));
  }

  /** Node's QueueEvents; its journal has {event, jobId, ...} of all events from now on. */
  async listen() {
    const { QueueEvents } = this.bullmq;
    const events = new QueueEvents(this.queueName, { connection: redis.connection, lastEventId: '0' });
    const journal = new Journal();
    const emit = events.emit.bind(events);
    events.emit = (event, args, ...rest) => {
      // "completed:7" is the same as "completed" once more, for those who wait for one job.
      if (typeof args === 'object' && !event.includes(':')) journal.add({ event, ...args });
      return emit(event, args, ...rest);
    };
    events.on('error', () => {});
    this.atEnd(() => events.close());
    await events.waitUntilReady();
    return journal;
  }

  /** A Node worker in a process of its own: {journal, kill}. */
  async startNodeProcess(opts = {}) {
    const program = new URL('./node_worker.mjs', import.meta.url).pathname;
    const words = [program, this.packageName, redis.port, this.queueName, JSON.stringify(opts)].map(String);
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
    const journal = new Journal();
    createInterface({ input: child.stdout }).on('line', (line) => journal.add(JSON.parse(line)));
    const kill = () => child.kill('SIGKILL');
    this.atEnd(() => (kill(), ended));
    return { journal, ended, kill };
  }

  key(part) {
    return `${this.prefix}:${this.queueName}:${part}`;
  }

  /** The job once it is in `state`. */
  async inState(id, state, withinMs) {
    await until(`job ${id} is ${state}`, async () => (await this.queue.getJobState(id)) === state, withinMs);
    return this.queue.getJob(id);
  }
  completed = (id, withinMs) => this.inState(id, 'completed', withinMs);
  failed = (id, withinMs) => this.inState(id, 'failed', withinMs);

  async close() {
    for (const action of this.#atEnd) await action();
  }
}

export { until };
