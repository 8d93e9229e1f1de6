// What one side does to the jobs and queues of the other: looking, pausing, retrying, moving, removing.
import assert from 'node:assert/strict';

import { interop, until } from './support/interop.mjs';

const kAdded = ['one', 'two', 'three'].map((name) => ({ name, data: { message: 'no' }, opts: {} }));

interop('C++ counts and reads what Node has', async (here) => {
  await here.cpp.open();
  await here.node.add('echo', { n: 1 }, {});
  await here.node.add('echo', {}, { delay: 60_000 });
  await here.node.add('echo', {}, { priority: 4 });
  const counts = await here.cpp.ask('queue.counts');
  assert.equal(counts.waiting, 1);
  assert.equal(counts.delayed, 1);
  assert.equal(counts.prioritized, 1);
  const worker = await here.node.work({ name: 'node-worker' });
  const data = { progress: [{ part: 1 }], logs: ['ä', 'b'] };
  const id = await here.node.add('report', data, {});
  await here.completed(id);
  const job = await here.cpp.ask('job.get', { job: id });
  assert.deepEqual(job.data, data);
  assert.deepEqual(job.returnvalue, data);
  assert.deepEqual(job.progress, { part: 1 });
  assert.equal(job.state, 'completed');
  assert.equal(job.attemptsMade, 1);
  assert.equal(job.processedBy, 'node-worker');
  assert.deepEqual(await here.cpp.ask('job.logs', { job: id }), { logs: ['ä', 'b'], count: 2 });
  assert.deepEqual(await here.cpp.ask('queue.workers'), ['node-worker']);
  await worker.close();
});

interop('C++ pauses: Node starts nothing until C++ resumes', async (here) => {
  await here.node.work();
  await here.cpp.open();
  await here.cpp.ask('queue.pause');
  assert.equal(await here.queue.isPaused(), true);
  const ids = [await here.node.add('echo', {}, {}), await here.cpp.add('echo', {}, { priority: 2 })];
  assert.equal(await here.queue.getActiveCount(), 0);
  await here.cpp.ask('queue.resume');
  assert.equal(await here.queue.isPaused(), false);
  for (const id of ids) await here.completed(id);
});

interop('a pause by Node is seen and ended by C++', async (here) => {
  await here.cpp.open();
  await here.node.addMany(kAdded);
  await here.queue.pause();
  assert.equal(await here.cpp.ask('queue.isPaused'), true);
  await here.cpp.addMany(kAdded);
  await here.cpp.ask('queue.resume');
  assert.equal(await here.cpp.ask('queue.isPaused'), false);
  await here.cpp.work();
  await until('all have run', async () => (await here.queue.getCompletedCount()) === 6);
});

interop(
  'C++ resumes more jobs than one step takes, without losing those that were added meanwhile',
  async (here) => {
    const many = Array.from({ length: 7500 }, () => ({ name: 'echo', data: {}, opts: {} }));
    await here.node.addMany(many);
    await here.queue.pause();
    await here.cpp.add('echo', {}, {});
    await here.cpp.ask('queue.resume');
    assert.equal(await here.queue.getWaitingCount(), many.length + 1);
    assert.equal(await here.redis.client.exists(here.key('paused')), 0);
  },
  { only: /^5/ },
);

interop('C++ tries a failed job of Node again', async (here) => {
  const worker = await here.node.work();
  const id = await here.node.add('fail_n_times', { times: 1, message: 'no' }, {});
  await here.failed(id);
  await here.cpp.open();
  await here.cpp.ask('job.retry', { job: id });
  await worker.journal.find('its end', ({ event, job }) => event === 'completed' && job === id);
  const job = await here.completed(id);
  assert.equal(job.failedReason, undefined);
  assert.equal(job.attemptsMade, 2);
});

interop('C++ tries all failed jobs of Node again', async (here) => {
  const worker = await here.node.work();
  await here.node.addMany(Array(20).fill({ name: 'fail', data: { message: 'no' }, opts: {} }));
  await worker.journal.findMany('failed', ({ event }) => event === 'failed', 20);
  await here.cpp.open();
  await here.cpp.ask('queue.retryJobs');
  await worker.journal.findMany('failed', ({ event }) => event === 'failed', 40);
});

interop('C++ promotes, delays and ranks jobs of Node', async (here) => {
  await here.cpp.open();
  const later = await here.node.add('echo', {}, { delay: 60_000 });
  await here.cpp.ask('job.changeDelay', { job: later, delay: 120_000 });
  assert.equal((await here.queue.getJob(later)).delay, 120_000);
  const ranked = await here.node.add('echo', {}, { priority: 9 });
  await here.cpp.ask('job.changePriority', { job: ranked, priority: 3 });
  assert.equal((await here.queue.getJob(ranked)).priority, 3);
  await here.cpp.ask('job.updateData', { job: ranked, data: { new: 'data' } });
  await here.cpp.ask('job.promote', { job: later });
  await here.node.work();
  await here.completed(later);
  assert.deepEqual((await here.completed(ranked)).returnvalue, { new: 'data' });
});

interop('C++ promotes all delayed jobs of Node', async (here) => {
  await here.node.addMany(kAdded.map((job) => ({ ...job, opts: { delay: 60_000 } })));
  await here.cpp.open();
  await here.cpp.ask('queue.promoteJobs');
  assert.equal(await here.queue.getWaitingCount(), 3);
});

interop('C++ removes, cleans, drains and obliterates what Node has', async (here) => {
  const { journal } = await here.node.work();
  await here.cpp.open();
  const ids = await here.node.addMany(kAdded);
  await journal.findMany('completed', ({ event }) => event === 'completed', 3);
  await here.cpp.ask('job.remove', { job: ids[0] });
  assert.equal(await here.queue.getJob(ids[0]), undefined);
  const cleaned = await here.cpp.ask('queue.clean', { grace: 0, state: 'completed' });
  assert.deepEqual(cleaned.sort(), ids.slice(1).sort());
  await here.queue.pause();
  await here.node.addMany([...kAdded, { name: 'later', data: {}, opts: { delay: 60_000 } }]);
  if (here.version.startsWith('6')) {
    await here.cpp.ask('queue.drain');
    assert.deepEqual(await here.queue.getJobCounts('wait', 'delayed'), { wait: 0, delayed: 1 });
  }
  await here.cpp.ask('queue.obliterate');
  assert.deepEqual(await here.redis.client.keys(here.key('*')), []);
});

interop('Node retries, ranks, promotes and removes jobs of C++', async (here) => {
  const worker = await here.cpp.work();
  const failed = await here.failed(await here.cpp.add('fail_n_times', { times: 1, message: 'no' }, {}));
  await failed.retry();
  await here.completed(failed.id);
  const later = await here.queue.getJob(await here.cpp.add('echo', {}, { delay: 60_000 }));
  await later.changeDelay(90_000);
  await later.promote();
  await here.completed(later.id);
  await worker.pause();
  const ranked = await here.queue.getJob(await here.cpp.add('echo', {}, { priority: 9 }));
  await ranked.changePriority({ priority: 2 });
  await ranked.updateData({ new: 'data' });
  await worker.resume();
  const job = await here.completed(ranked.id);
  assert.deepEqual(job.returnvalue, { new: 'data' });
  await job.remove();
  assert.equal(await here.queue.getJob(job.id), undefined);
  await here.queue.obliterate({ force: true });
  assert.deepEqual(await here.redis.client.keys(here.key('*')), []);
});

interop('a global concurrency set by C++ holds for Node', async (here) => {
  await here.cpp.open();
  await here.cpp.ask('queue.setGlobalConcurrency', { concurrency: 1 });
  assert.equal(await here.queue.getGlobalConcurrency(), 1);
  const worker = await here.node.work({ concurrency: 5 });
  const ids = await here.node.addMany(Array(3).fill({ name: 'hang', data: {}, opts: {} }));
  for (const [i, id] of ids.entries()) {
    await worker.journal.find('its start', ({ event, job }) => event === 'active' && job === id);
    const started = worker.journal.items.filter(({ event }) => event === 'active');
    assert.equal(started.length, i + 1);
    worker.release(id);
  }
  for (const id of ids) await here.completed(id);
});

interop('C++ hears of the work of Node', async (here) => {
  const journal = await here.cpp.listen();
  await here.node.work();
  const good = await here.node.add('echo', { n: 1 }, {});
  const bad = await here.node.add('fail', { message: 'no' }, {});
  await here.completed(good);
  await here.failed(bad);
  const storyOf = (id) => journal.items.filter(({ fields }) => fields.jobId === id).map(({ heard }) => heard);
  await journal.find('the failure', ({ heard, fields }) => heard === 'retries-exhausted' && fields.jobId === bad);
  assert.deepEqual(storyOf(good), ['added', 'waiting', 'active', 'completed']);
  assert.deepEqual(storyOf(bad), ['added', 'waiting', 'active', 'failed', 'retries-exhausted']);
  const late = await here.node.add('sleep', { ms: 50 }, {});
  const finished = await here.cpp.ask('job.waitUntilFinished', { job: late, ms: 5000 });
  assert.deepEqual(finished, { state: 'completed', returnvalue: { ms: 50 }, failedReason: '' });
});
