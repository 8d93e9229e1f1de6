// For the same call, C++ leaves in Redis what BullMQ 6.7.0 on Node leaves: keys, types, values, events. Ids and times of
// jobs are given, so that these are equal too.
import assert from 'node:assert/strict';

import { interop } from './support/interop.mjs';
import { layoutOf, withoutTimes } from './support/layout.mjs';

const kTimestamp = 1_700_000_000_000;
// Redis keeps options in the order of a Lua table, which depends on the order in which they came: that of the caller on
// Node, this one from C++.
const kOrder = [
  ...['timestamp', 'backoff', 'delay', 'priority', 'lifo', 'removeOnComplete', 'removeOnFail', 'keepLogs'],
  ...['stackTraceLimit', 'sizeLimit', 'parent', 'failParentOnFailure', 'ignoreDependencyOnFailure', 'deduplication'],
];
const kSame = { only: /^6/ }; // the scripts are those of this version

/** What `act` leaves with each side on a queue of its own. */
async function layoutsOf(here, act) {
  const layouts = {};
  for (const name of ['node', 'cpp']) {
    here.useQueue(`${here.queueName.replace(/-.*/, '')}-${name}`);
    await here.queue.waitUntilReady();
    await here.cpp.open();
    await act(here[name]);
    layouts[name] = await layoutOf(here.redis.client, here.prefix, here.queueName);
  }
  return layouts;
}

function ordered(opts) {
  const place = ([name]) => kOrder.indexOf(name) + 1 || kOrder.length + 1;
  return Object.fromEntries(Object.entries(opts).sort((a, b) => place(a) - place(b)));
}

async function assertSame(here, act, normalize = (layout) => layout) {
  const { node, cpp } = await layoutsOf(here, act);
  assert.ok(Object.keys(node).length > 1, 'there is something to compare');
  assert.deepEqual(normalize(cpp), normalize(node));
}

const kAdded = {
  standard: {},
  delayed: { delay: 5000 },
  prioritised: { priority: 7 },
  lifo: { lifo: true },
  'with attempts and a backoff': { attempts: 3, backoff: { type: 'exponential', delay: 1000 } },
  'with a backoff of a number': { attempts: 3, backoff: 500 },
  'with a backoff with jitter': { attempts: 2, backoff: { type: 'fixed', delay: 100, jitter: 0.5 } },
  'with retention as booleans': { removeOnComplete: true, removeOnFail: false },
  'with retention as numbers': { removeOnComplete: 10, removeOnFail: 5000 },
  'with retention as bounds': { removeOnComplete: { age: 3600, count: 100 }, removeOnFail: { age: 60, limit: 10 } },
  'with keepLogs': { keepLogs: 10 },
  'with a limit of traces': { stackTraceLimit: 3 },
  'with a limit of size': { sizeLimit: 1000 },
  deduplicated: { deduplication: { id: 'same' } },
  'deduplicated for a time': { deduplication: { id: 'same', ttl: 5000 } },
  'deduplicated as a debounce': { delay: 5000, deduplication: { id: 'same', ttl: 5000, extend: true, replace: true } },
  'that fails its parent': { failParentOnFailure: true },
  'with the longest delay': { delay: 2 ** 31 },
  'with many options': {
    attempts: 2,
    backoff: 10,
    delay: 100,
    priority: 3,
    lifo: true,
    removeOnComplete: true,
    keepLogs: 5,
  },
};

for (const [kind, opts] of Object.entries(kAdded))
  interop(
    `a job ${kind} is stored alike`,
    async (here) => {
      const data = { monitors: ['m1', 'm2'], text: 'ü 漢 " \\ \n', number: 1.5, none: null };
      await assertSame(here, async (side) => {
        await side.add('standing order', data, ordered({ jobId: 'job-1', timestamp: kTimestamp, ...opts }));
        await side.add('standing order', data, ordered({ jobId: 'job-2', timestamp: kTimestamp + 1, ...opts }));
      });
    },
    kSame,
  );

interop(
  'a job with an id of the queue is stored alike',
  async (here) => {
    await assertSame(here, (side) => side.add('x', {}, { timestamp: kTimestamp }));
  },
  kSame,
);

interop(
  'a job that exists already leaves the same events',
  async (here) => {
    const opts = ordered({ jobId: 'job-1', timestamp: kTimestamp });
    await assertSame(here, async (side) => {
      await side.add('x', { n: 1 }, opts);
      await side.add('x', { n: 2 }, opts);
    });
  },
  kSame,
);

interop(
  'jobs that are added together are stored alike',
  async (here) => {
    const opts = [{}, { priority: 2 }, { delay: 1000 }, { lifo: true }];
    const jobs = opts.map((more, i) => ({
      name: `n${i}`,
      data: { i },
      opts: ordered({ jobId: `job-${i}`, timestamp: kTimestamp, ...more }),
    }));
    await assertSame(here, (side) => side.addMany(jobs));
  },
  kSame,
);

interop(
  'a child of a parent is stored alike',
  async (here) => {
    await assertSame(here, async (side) => {
      const parent = await here.queue.add('parent', {}, { jobId: 'parent', timestamp: kTimestamp });
      const opts = {
        jobId: 'child',
        timestamp: kTimestamp,
        parent: { id: parent.id, queue: here.queue.qualifiedName },
      };
      await side.add('child', {}, ordered({ ...opts, failParentOnFailure: true }));
      await side.add('child', {}, ordered({ ...opts, jobId: 'another', ignoreDependencyOnFailure: true }));
    });
  },
  kSame,
);

const kWorked = {
  'completed job': { name: 'echo', data: { a: [1, 'ü'] } },
  'completed job of a named worker': { name: 'echo', worker: { name: 'w' } },
  'failed job': { name: 'fail', data: { message: 'why »not«' } },
  'job that failed for good': { name: 'unrecoverable', data: { message: 'gone' }, opts: { attempts: 3 } },
  'job that failed twice': { name: 'fail', data: { message: 'no' }, opts: { attempts: 2 } },
  'job that succeeded the second time': {
    name: 'fail_n_times',
    data: { times: 1, message: 'no' },
    opts: { attempts: 2, backoff: 10 },
  },
  'job with progress and logs': {
    name: 'report',
    data: { progress: [1, { two: 2 }], logs: ['a', 'ü'] },
    opts: { keepLogs: 5 },
  },
  'job that was delayed': { name: 'echo', opts: { delay: 30, timestamp: undefined } },
  'job that had a priority': { name: 'echo', opts: { priority: 5 } },
  'job that postponed itself': { name: 'postpone', data: { ms: 20 } },
  'job that was removed': { name: 'echo', opts: { removeOnComplete: true } },
  'failed job that was removed': { name: 'fail', data: { message: 'x' }, opts: { removeOnFail: true } },
  'job of a worker that keeps metrics': { name: 'echo', worker: { metrics: { maxDataPoints: 5 } } },
  'failed job of a worker that keeps metrics': {
    name: 'fail',
    data: { message: 'x' },
    worker: { metrics: { maxDataPoints: 5 } },
  },
  'deduplicated job that completed': { name: 'echo', opts: { deduplication: { id: 'same' } } },
};

for (const [kind, { name, data = {}, opts = {}, worker = {} }] of Object.entries(kWorked))
  interop(
    `a ${kind} is left alike`,
    async (here) => {
      const act = async (side) => {
        const running = await side.work({ skipStalledCheck: true, ...worker });
        const id = await side.add(name, data, ordered({ jobId: 'job-1', timestamp: kTimestamp, ...opts }));
        await running.journal.find(
          'end',
          ({ event, attemptsMade }) => event === 'completed' || (event === 'failed' && ends(name, attemptsMade, opts)),
        );
        await running.close();
        assert.equal(id, 'job-1');
      };
      await assertSame(here, act, (layout) => withoutTimes(withoutTimestamp(layout, opts)));
    },
    kSame,
  );

function ends(name, attemptsMade, { attempts = 1 }) {
  return name === 'unrecoverable' || attemptsMade >= attempts;
}

// Where the job's own time is not given, it is one of the run.
function withoutTimestamp(layout, opts) {
  if ('timestamp' in opts) layout['<queue>:job-1'].value.timestamp = '<time>';
  return layout;
}
