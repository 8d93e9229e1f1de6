// Workers of both sides at one queue at the same time.
import assert from 'node:assert/strict';

import { bothWays, interop, until } from './support/interop.mjs';

const kEnded = ({ event }) => event === 'completed' || event === 'failed';
const idsOf = (worker) => worker.journal.items.filter(kEnded).map(({ job }) => job);

interop('thousands of jobs of both run once each', async (here) => {
  const count = 3000;
  const workers = [await here.node.work({ concurrency: 10 }), await here.cpp.work({ concurrency: 10 })];
  const jobs = (side) => Array.from({ length: count / 100 }, (_, i) => ({ name: 'echo', data: { side, i }, opts: {} }));
  const ids = [];
  for (let part = 0; part < 50; ++part)
    ids.push(...(await Promise.all([here.node, here.cpp].map((side) => side.addMany(jobs(side.name))))).flat());
  assert.equal(ids.length, count);
  await until('all have completed', async () => (await here.queue.getCompletedCount()) === count);
  const [node, cpp] = await Promise.all(
    workers.map((worker) => until('the worker knows', () => idsOf(worker).length && idsOf(worker))),
  );
  await until('both know all', () => idsOf(workers[0]).length + idsOf(workers[1]).length >= count);
  assert.deepEqual(
    [...idsOf(workers[0]), ...idsOf(workers[1])].map(Number).sort(byNumber),
    ids.map(Number).sort(byNumber),
  );
  assert.ok(node.length > 0 && cpp.length > 0);
  const started = await Promise.all(ids.map((id) => here.redis.client.hget(here.key(id), 'ats')));
  assert.ok(
    started.every((times) => times === '1'),
    'each has started once',
  );
  assert.deepEqual(await here.queue.getJobCounts('wait', 'active', 'failed', 'delayed'), {
    wait: 0,
    active: 0,
    failed: 0,
    delayed: 0,
  });
  here.note(`Node ran ${idsOf(workers[0]).length}, C++ ${idsOf(workers[1]).length}`);
});

interop('delayed jobs, priorities and retries of both run once each', async (here) => {
  const kinds = [
    { name: 'echo', opts: { delay: 100 } },
    { name: 'echo', opts: { priority: 3 } },
    { name: 'fail_n_times', opts: { attempts: 2, backoff: 50 } },
    { name: 'fail_n_times', opts: { attempts: 2 } },
    { name: 'sleep', opts: {} },
  ];
  const jobs = Array.from({ length: 200 }, (_, i) => ({
    ...kinds[i % kinds.length],
    data: { times: 1, ms: 5, message: 'x' },
  }));
  await here.node.work({ concurrency: 5 });
  await here.cpp.work({ concurrency: 5 });
  await Promise.all([here.node.addMany(jobs), here.cpp.addMany(jobs)]);
  await until('all have completed', async () => (await here.queue.getCompletedCount()) === 2 * jobs.length);
  for (const job of await here.queue.getCompleted(0, -1))
    assert.equal(job.attemptsMade, job.name === 'fail_n_times' ? 2 : 1);
});

interop('a rate limit holds for both together', async (here) => {
  const limiter = { max: 5, duration: 300 };
  const count = 30;
  await here.cpp.addMany(Array(count).fill({ name: 'echo', data: {}, opts: {} }));
  const workers = [await here.node.work({ limiter, concurrency: 5 }), await here.cpp.work({ limiter, concurrency: 5 })];
  await until('all have completed', async () => (await here.queue.getCompletedCount()) === count, 15_000);
  const starts = (await here.queue.getCompleted(0, -1)).map(({ processedOn }) => processedOn).sort(byNumber);
  // The window is measured by the server's expiry, the starts by the workers' clocks: a little slack.
  for (let i = limiter.max; i < count; ++i) {
    const span = starts[i] - starts[i - limiter.max];
    assert.ok(span >= limiter.duration - 60, `${limiter.max + 1} jobs within ${span} ms`);
  }
  here.note(`Node ran ${idsOf(workers[0]).length}, C++ ${idsOf(workers[1]).length}`);
});

interop('the global concurrency holds for both together', async (here) => {
  await here.queue.setGlobalConcurrency(2);
  const count = 40;
  const workers = [await here.node.work({ concurrency: 5 }), await here.cpp.work({ concurrency: 5 })];
  const events = await here.listen();
  await here.cpp.addMany(Array(count).fill({ name: 'sleep', data: { ms: 5 }, opts: {} }));
  const ended = await events.findMany('end', ({ event }) => event === 'completed', count);
  assert.equal(ended.length, count);
  let active = 0;
  for (const { event } of events.items) {
    if (event === 'active') ++active;
    if (event === 'completed') --active;
    assert.ok(active <= 2, `${active} at once`);
  }
  here.note(`Node ran ${idsOf(workers[0]).length}, C++ ${idsOf(workers[1]).length}`);
});

interop('a global rate limit is kept by C++', async (here) => {
  await here.queue.setGlobalRateLimit(3, 200);
  await here.cpp.work({ concurrency: 5 });
  await here.cpp.addMany(Array(9).fill({ name: 'echo', data: {}, opts: {} }));
  await until('all have completed', async () => (await here.queue.getCompletedCount()) === 9);
  const starts = (await here.queue.getCompleted(0, -1)).map(({ processedOn }) => processedOn).sort(byNumber);
  assert.ok(starts[8] - starts[0] >= 340, `9 jobs within ${starts[8] - starts[0]} ms`);
});

interop('a limit that Node sets by hand holds C++ back', async (here) => {
  await here.cpp.work({ limiter: { max: 100, duration: 1000 } });
  await here.completed(await here.cpp.add('echo', {}, {}));
  const limited = Date.now();
  await here.queue.rateLimit(400);
  const job = await here.completed(await here.cpp.add('echo', {}, {}));
  assert.ok(job.processedOn - limited >= 390, `${job.processedOn - limited} ms`);
});

interop('an idle worker of either side is woken by a job of the other', async (here) => {
  for (const [adder, worker] of [
    [here.node, here.cpp],
    [here.cpp, here.node],
  ]) {
    const running = await worker.work({ drainDelay: 20_000 });
    await here.completed(await adder.add('echo', {}, {}));
    await running.journal.find('drained', ({ event }) => event === 'drained');
    await here.completed(await adder.add('echo', {}, {}), 3000);
    await here.completed(await adder.add('echo', {}, { delay: 100 }), 3000);
    await here.completed(await adder.add('echo', {}, { priority: 1 }), 3000);
    await running.close();
  }
});

bothWays('a paused worker takes nothing until it is resumed', async (here, adder, worker) => {
  const running = await worker.work();
  await here.completed(await adder.add('echo', {}, {}));
  await running.pause();
  const id = await adder.add('echo', {}, {});
  const other = worker === here.cpp ? here.node : here.cpp;
  const fallback = await other.work();
  await here.completed(id);
  await fallback.journal.find('the job', ({ event, job }) => event === 'completed' && job === id);
  await fallback.close();
  const next = await adder.add('echo', {}, {});
  await running.resume();
  await here.completed(next);
});

function byNumber(a, b) {
  return a - b;
}
