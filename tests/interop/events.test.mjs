// What QueueEvents of the Node package hear of the work of C++.
import assert from 'node:assert/strict';

import { interop } from './support/interop.mjs';

const kTimed = new Set(['timestamp']);

/** The events of one job, without what differs from run to run. */
function storyOf(journal, id) {
  return journal.items
    .filter((event) => event.jobId === id)
    .map(({ jobId, ...rest }) => Object.fromEntries(Object.entries(rest).filter(([name]) => !kTimed.has(name))));
}

const kStories = [
  { name: 'echo', data: { a: 1 }, opts: {}, last: 'completed' },
  { name: 'fail', data: { message: 'no' }, opts: {}, last: 'failed' },
  { name: 'fail', data: { message: 'no' }, opts: { attempts: 2 }, last: 'retries-exhausted' },
  { name: 'fail_n_times', data: { times: 1, message: 'no' }, opts: { attempts: 2, backoff: 20 }, last: 'completed' },
  { name: 'report', data: { progress: [1, { two: 2 }], logs: [] }, opts: {}, last: 'completed' },
  { name: 'echo', data: {}, opts: { delay: 20 }, last: 'completed' },
  { name: 'echo', data: {}, opts: { priority: 2 }, last: 'completed' },
  { name: 'postpone', data: { ms: 20 }, opts: {}, last: 'completed' },
];

for (const { name, data, opts, last } of kStories)
  interop(`events of "${name}" ${JSON.stringify(opts)} are those that Node would send`, async (here) => {
    const journal = await here.listen();
    const stories = [];
    for (const side of [here.node, here.cpp]) {
      const worker = await side.work();
      const id = await side.add(name, data, opts);
      await journal.find(last, ({ event, jobId }) => event === last && jobId === id);
      await worker.close();
      stories.push({ id, side: side.name });
    }
    const [node, cpp] = stories.map(({ id }) => storyOf(journal, id));
    const whenAt = ({ delay, ...rest }) => (delay === undefined ? rest : { ...rest, delay: 'a time' });
    assert.deepEqual(cpp.map(whenAt), node.map(whenAt));
    assert.ok(cpp.length >= 3, JSON.stringify(cpp));
  });

interop('Job.waitUntilFinished sees what C++ returns and why it fails', async (here) => {
  const events = new here.bullmq.QueueEvents(here.queueName, { connection: here.redis.connection });
  here.atEnd(() => events.close());
  await events.waitUntilReady();
  await here.cpp.work();
  const good = await here.queue.add('echo', { n: 7 });
  assert.deepEqual(await good.waitUntilFinished(events, 5000), { n: 7 });
  const bad = await here.queue.add('fail', { message: 'out of order' });
  await assert.rejects(bad.waitUntilFinished(events, 5000), /out of order/);
});

interop('the stream of events is kept as short as the queue wants it', async (here) => {
  await here.cpp.open({ streams: { events: { maxLen: 100 } } });
  const { journal } = await here.cpp.work({ concurrency: 20 });
  for (let part = 0; part < 5; ++part) await here.cpp.addMany(Array(200).fill({ name: 'echo', data: {}, opts: {} }));
  await journal.findMany('completed', ({ event }) => event === 'completed', 1000);
  const length = await here.redis.client.xlen(here.key('events'));
  assert.ok(length < 400, `${length} events`);
});

interop('counts, metrics and workers are seen by Node', async (here) => {
  const { journal } = await here.cpp.work({ name: 'ours', metrics: { maxDataPoints: 10 } });
  await here.cpp.addMany(['echo', 'echo', 'fail'].map((name) => ({ name, data: { message: 'x' }, opts: {} })));
  await journal.findMany('end', ({ event }) => event === 'completed' || event === 'failed', 3);
  assert.deepEqual(await here.queue.getJobCounts('completed', 'failed'), { completed: 2, failed: 1 });
  assert.equal((await here.queue.getMetrics('completed')).meta.count, 2);
  assert.equal((await here.queue.getMetrics('failed')).meta.count, 1);
  const names = (await here.queue.getWorkers()).map(({ rawname }) => rawname);
  assert.deepEqual(names, [`bull:${Buffer.from(here.queueName).toString('base64')}:w:ours`]);
});
