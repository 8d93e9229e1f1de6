// One job at a time, added on one side and worked on the other: what the adder's own library then says of it.
import assert from 'node:assert/strict';

import { bothWays } from './support/interop.mjs';

const kOdd = { text: 'äöü 漢字 "\\\n\t', numbers: [0, -1, 1.5, 1e21], deep: { none: null, yes: true, list: [[], {}] } };

bothWays('the data come and go unchanged', async (here, adder, worker) => {
  await worker.work();
  const job = await here.completed(await adder.add('echo', kOdd, {}));
  assert.deepEqual(job.data, kOdd);
  assert.deepEqual(job.returnvalue, kOdd);
  assert.equal(job.attemptsMade, 1);
  assert.equal(job.attemptsStarted, 1);
  assert.ok(job.processedOn >= job.timestamp && job.finishedOn >= job.processedOn);
});

bothWays('a job has the name of its worker', async (here, adder, worker) => {
  await worker.work({ name: 'worker-1' });
  const job = await here.completed(await adder.add('echo', {}, {}));
  assert.equal(job.processedBy, 'worker-1');
});

bothWays('a failed job keeps its reason and stack trace', async (here, adder, worker) => {
  await worker.work();
  const job = await here.failed(await adder.add('fail', { message: 'no such host: »x«' }, {}));
  assert.equal(job.failedReason, 'no such host: »x«');
  assert.equal(job.stacktrace.length, 1);
  assert.match(job.stacktrace[0], /^Error: no such host/);
  assert.equal(job.attemptsMade, 1);
});

bothWays('a job is tried again until it succeeds', async (here, adder, worker) => {
  await worker.work();
  const data = { times: 2, message: 'not yet' };
  const job = await here.completed(await adder.add('fail_n_times', data, { attempts: 3 }));
  assert.equal(job.attemptsMade, 3);
  assert.equal(job.attemptsStarted, 3);
  assert.equal(job.stacktrace.length, 2);
  assert.equal(job.failedReason, 'not yet');
});

bothWays('attempts end, and only the last traces are kept', async (here, adder, worker) => {
  await worker.work();
  const id = await adder.add('fail', { message: 'never' }, { attempts: 4, stackTraceLimit: 2 });
  const job = await here.failed(id);
  assert.equal(job.attemptsMade, 4);
  assert.equal(job.stacktrace.length, 2);
});

bothWays('an unrecoverable failure is not tried again', async (here, adder, worker) => {
  await worker.work();
  const job = await here.failed(await adder.add('unrecoverable', { message: 'gone' }, { attempts: 5 }));
  assert.equal(job.attemptsMade, 1);
  assert.equal(job.failedReason, 'gone');
});

for (const [backoff, ...waits] of [
  [{ type: 'fixed', delay: 150 }, 150, 150],
  [{ type: 'exponential', delay: 100 }, 100, 200],
  [120, 120, 120],
])
  bothWays(`backoff ${JSON.stringify(backoff)} is waited for`, async (here, adder, worker) => {
    const { journal } = await worker.work();
    const starts = [];
    const seen = journal.findMany('active', ({ event }) => event === 'active' && starts.push(performance.now()), 3);
    const data = { times: 2, message: 'not yet' };
    const job = await here.completed(await adder.add('fail_n_times', data, { attempts: 3, backoff }));
    assert.equal(job.failedReason, 'not yet');
    assert.equal(job.stacktrace.length, 2);
    await seen;
    waits.forEach((wait, i) => {
      const waited = starts[i + 1] - starts[i];
      assert.ok(waited >= wait - 10, `attempt ${i + 2} came after ${waited} ms instead of ${wait}`);
    });
  });

bothWays('a delay is waited for', async (here, adder, worker) => {
  await worker.work();
  const job = await here.completed(await adder.add('echo', {}, { delay: 300 }));
  const waited = job.processedOn - job.timestamp;
  assert.ok(waited >= 300 && waited < 1300, `${waited} ms`);
  assert.equal(job.opts.delay, 300);
});

bothWays(
  'urgent jobs come first, jobs without priority before them, LIFO before those',
  async (here, adder, worker) => {
    const expected = ['lifo', 'none', 'one', 'five', 'five again', 'nine'];
    await here.queue.pause();
    const opts = { nine: { priority: 9 }, five: { priority: 5 }, 'five again': { priority: 5 }, one: { priority: 1 } };
    for (const name of ['nine', 'five', 'five again', 'one']) await adder.add(name, {}, opts[name]);
    await adder.add('none', {}, {});
    await adder.add('lifo', {}, { lifo: true });
    const { journal } = await worker.work();
    await here.queue.resume();
    const done = await journal.findMany('completed', ({ event }) => event === 'completed', expected.length);
    assert.deepEqual(
      done.map(({ name }) => name),
      expected,
    );
  },
);

bothWays('progress and logs can be read', async (here, adder, worker) => {
  await worker.work();
  const data = { progress: [10, { step: 'two', of: 3 }], logs: ['first', 'second', 'third »ü«'] };
  const job = await here.completed(await adder.add('report', data, { keepLogs: 2 }));
  assert.deepEqual(job.progress, { step: 'two', of: 3 });
  assert.deepEqual(await here.queue.getJobLogs(job.id), { logs: ['second', 'third »ü«'], count: 2 });
});

bothWays('a job that postpones itself comes again and counts one attempt', async (here, adder, worker) => {
  await worker.work();
  const job = await here.completed(await adder.add('postpone', { ms: 100 }, {}));
  assert.equal(job.attemptsMade, 1);
  assert.equal(job.attemptsStarted, 2);
});

for (const [removeOnComplete, kept] of [
  [true, 0],
  [false, 5],
  [2, 2],
  [{ count: 3 }, 3],
  [{ age: 3600, count: 1 }, 1],
])
  bothWays(`removeOnComplete ${JSON.stringify(removeOnComplete)} is kept to`, async (here, adder, worker) => {
    const { journal } = await worker.work();
    const job = { name: 'echo', data: {}, opts: { removeOnComplete } };
    await adder.addMany(Array(5).fill(job));
    await journal.findMany('completed', ({ event }) => event === 'completed', 5);
    assert.equal(await here.queue.getCompletedCount(), kept);
  });

bothWays("the worker's own retention holds for jobs that say nothing", async (here, adder, worker) => {
  const { journal } = await worker.work({ removeOnComplete: { count: 1 }, removeOnFail: { count: 0 } });
  const names = ['echo', 'echo', 'fail', 'echo'];
  await adder.addMany(names.map((name) => ({ name, data: { message: 'x' }, opts: {} })));
  await journal.findMany('end', ({ event }) => event === 'completed' || event === 'failed', names.length);
  assert.equal(await here.queue.getCompletedCount(), 1);
  assert.equal(await here.queue.getFailedCount(), 0);
});

bothWays('an id of its own is added once', async (here, adder, worker) => {
  const first = await adder.add('echo', { n: 1 }, { jobId: 'the-one' });
  const second = await adder.add('echo', { n: 2 }, { jobId: 'the-one' });
  assert.deepEqual([first, second], ['the-one', 'the-one']);
  await worker.work();
  const job = await here.completed('the-one');
  assert.deepEqual(job.returnvalue, { n: 1 });
  assert.equal(await here.queue.getCompletedCount(), 1);
});

bothWays('deduplication: while one waits, the next is not added', async (here, adder, worker) => {
  const opts = { deduplication: { id: 'same' } };
  const first = await adder.add('echo', { n: 1 }, opts);
  assert.equal(await adder.add('echo', { n: 2 }, opts), first);
  assert.equal(await here.queue.getDeduplicationJobId('same'), first);
  await worker.work();
  await here.completed(first);
  const third = await adder.add('echo', { n: 3 }, opts);
  assert.notEqual(third, first);
  await here.completed(third);
});

bothWays('deduplication holds across the sides', async (here, adder, worker) => {
  const opts = { deduplication: { id: 'same', ttl: 60_000 } };
  const first = await adder.add('echo', { n: 1 }, opts);
  assert.equal(await worker.add('echo', { n: 2 }, opts), first);
  assert.equal(await here.queue.getWaitingCount(), 1);
});

bothWays('deduplication: of those added while one is active, the last runs after it', async (here, adder, worker) => {
  const running = await worker.work();
  const opts = { deduplication: { id: 'same', keepLastIfActive: true } };
  const first = await adder.add('hang', { n: 1 }, opts);
  await running.journal.find('its start', ({ event }) => event === 'active');
  for (const n of [2, 3]) await adder.add('echo', { n }, opts);
  await running.release(first);
  const isLast = ({ event, returnValue }) => event === 'completed' && returnValue.n !== 1;
  const { returnValue } = await running.journal.find('the last one', isLast);
  assert.deepEqual(returnValue, { n: 3 });
  assert.equal(await here.queue.getCompletedCount(), 2);
});

bothWays('deduplication: a newer job takes the place of a delayed one', async (here, adder, worker) => {
  await worker.work();
  const opts = { delay: 200, deduplication: { id: 'same', ttl: 200, extend: true, replace: true } };
  const ids = [];
  for (const n of [1, 2, 3]) ids.push(await adder.add('echo', { n }, opts));
  const job = await here.completed(ids.at(-1));
  assert.deepEqual(job.returnvalue, { n: 3 });
  assert.equal(await here.queue.getCompletedCount(), 1);
});

bothWays('a megabyte passes', async (here, adder, worker) => {
  await worker.work();
  const data = { text: 'ü'.repeat(500_000), numbers: Array.from({ length: 1000 }, (_, i) => i) };
  const job = await here.completed(await adder.add('echo', data, {}));
  assert.deepEqual(job.returnvalue, data);
});

bothWays('a prefix of its own, with a hash tag', async (here, adder, worker) => {
  here.prefix = '{app:1}';
  here.useQueue(here.queueName);
  await worker.work();
  const job = await here.completed(await adder.add('echo', { n: 1 }, {}));
  assert.deepEqual(job.returnvalue, { n: 1 });
  assert.equal(await here.redis.client.exists(here.key(job.id)), 1);
});
