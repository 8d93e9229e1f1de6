// The two sides of a test, driven alike: `add`, `addMany`, and workers that tell their events in a journal.
import { Journal, within } from '../../system/support/until.mjs';
import { processorOf } from './processor.mjs';

export class NodeSide {
  name = 'Node';
  #here;

  constructor(here) {
    this.#here = here;
  }

  async add(name, data, opts) {
    return (await this.#here.queue.add(name, data, opts)).id;
  }
  async addMany(jobs) {
    return (await this.#here.queue.addBulk(jobs)).map(({ id }) => id);
  }
  async work(opts = {}) {
    const worker = new NodeWorker(this.#here, opts);
    this.#here.atEnd(() => worker.end());
    await worker.ready();
    return worker;
  }
}

class NodeWorker {
  journal = new Journal();
  #worker;
  #released = new Set();
  #hanging = new Map();

  constructor({ bullmq, queueName, redis, prefix }, { drainDelay = 5000, ...opts }) {
    const processor = processorOf(bullmq, (job) => this.#hang(job));
    const all = { connection: redis.connection, prefix, drainDelay: drainDelay / 1000, ...opts };
    this.#worker = new bullmq.Worker(queueName, processor, all);
    this.#tellEvents();
  }

  ready = () => this.#worker.waitUntilReady();
  pause = () => this.#worker.pause(); // once it has let go of the wait for a job
  resume = () => this.#worker.resume();
  close = () => this.#worker.close();
  end = () => this.#worker.close(true);

  release(id) {
    this.#released.add(id);
    this.#hanging.get(id)?.();
  }

  #hang(job) {
    if (this.#released.has(job.id)) return undefined;
    return new Promise((done) => this.#hanging.set(job.id, done));
  }

  #tellEvents() {
    const tell = (event, more) => this.journal.add({ event, ...more });
    const of = (job) => ({ job: job?.id, name: job?.name, attemptsMade: job?.attemptsMade });
    this.#worker.on('active', (job) => tell('active', of(job)));
    this.#worker.on('completed', (job, returnValue) => tell('completed', { ...of(job), returnValue }));
    this.#worker.on('failed', (job, error) => tell('failed', { ...of(job), reason: error.message }));
    this.#worker.on('stalled', (job) => tell('stalled', { job }));
    this.#worker.on('drained', () => tell('drained'));
    this.#worker.on('error', (error) => tell('error', { what: error.message }));
  }
}

export class CppSide {
  name = 'C++';
  #here;
  #opened = new Map(); // queue -> promise
  #workers = 0;

  constructor(here) {
    this.#here = here;
  }

  async add(name, data, opts) {
    await this.open();
    return this.#here.peer.ask('queue.add', { queue: this.#here.queueName, name, data, opts });
  }
  async addMany(jobs) {
    await this.open();
    return this.#here.peer.ask('queue.addMany', { queue: this.#here.queueName, jobs });
  }
  async work(opts = {}, peer = this.#here.peer) {
    const worker = new CppWorker(peer, `w${++this.#workers}`);
    const { queueName: queue, prefix } = this.#here;
    await peer.ask('worker.open', { worker: worker.handle, queue, opts: { prefix, ...opts } });
    return worker;
  }

  /** A command of the peer about this queue. */
  ask(command, request = {}) {
    return this.#here.peer.ask(command, { queue: this.#here.queueName, ...request });
  }

  /** C++'s QueueEvents; its journal has {heard, fields} of all events of the queue. */
  async listen() {
    await this.open();
    const journal = new Journal();
    const { peer, queueName } = this.#here;
    peer.onEvent((event) => event.heard && event.queue === queueName && journal.add(event));
    await this.ask('events.open');
    return journal;
  }

  open(opts = {}) {
    const { peer, queueName: queue, prefix } = this.#here;
    if (!this.#opened.has(queue)) this.#opened.set(queue, peer.ask('queue.open', { queue, opts: { prefix, ...opts } }));
    return this.#opened.get(queue);
  }
}

class CppWorker {
  journal = new Journal();

  constructor(peer, handle) {
    this.peer = peer;
    this.handle = handle;
    peer.onEvent((event) => event.worker === handle && this.journal.add(event));
  }

  pause = () => this.#ask('pause');
  resume = () => this.#ask('resume');
  close = (grace) => this.#ask('close', { grace });
  stats = () => this.#ask('stats');
  cancel = (job, reason) => this.#ask('cancel', { job, reason });
  release = (job) => this.peer.ask('release', { job });

  #ask(what, more = {}) {
    return within(`worker.${what}`, 20_000, this.peer.ask(`worker.${what}`, { worker: this.handle, ...more }));
  }
}
