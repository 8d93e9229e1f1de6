// Job schedulers and flows that one side makes and the other works.
import assert from 'node:assert/strict';

import { interop, until } from './support/interop.mjs';
import { layoutOf } from './support/layout.mjs';

const kEvery = 100;

interop('C++ keeps a scheduler of Node going', async (here) => {
  const { journal } = await here.cpp.work();
  await here.queue.upsertJobScheduler('beat', { every: kEvery }, { name: 'echo', data: { n: 1 } });
  const ended = await journal.findMany('completed', ({ event }) => event === 'completed', 4);
  assert.equal(new Set(ended.map(({ job }) => job)).size, 4);
  assert.deepEqual(ended[3].returnValue, { n: 1 });
  const scheduler = await here.queue.getJobScheduler('beat');
  assert.ok(scheduler.iterationCount >= 4);
  await here.queue.removeJobScheduler('beat');
  await until('no next job', async () => (await here.queue.getDelayedCount()) === 0);
});

interop('Node keeps a scheduler of C++ going', async (here) => {
  const { journal } = await here.node.work();
  await here.cpp.open();
  const template = { name: 'echo', data: { n: 1 } };
  await here.cpp.ask('scheduler.upsert', { scheduler: 'beat', repeat: { every: kEvery }, template });
  const ended = await journal.findMany('completed', ({ event }) => event === 'completed', 4);
  assert.equal(new Set(ended.map(({ job }) => job)).size, 4);
  const [seen] = await here.queue.getJobSchedulers();
  const [ours] = await here.cpp.ask('scheduler.list');
  assert.equal(seen.key, 'beat');
  assert.equal(ours.key, 'beat');
  assert.equal(await here.cpp.ask('scheduler.remove', { scheduler: 'beat' }), true);
  assert.equal(await here.queue.getJobSchedulersCount(), 0);
});

interop('both sides work one scheduler: each slot once', async (here) => {
  const workers = [await here.node.work({ concurrency: 2 }), await here.cpp.work({ concurrency: 2 })];
  await here.queue.upsertJobScheduler('beat', { every: kEvery, limit: 10 }, { name: 'echo' });
  await until('all slots', async () => (await here.queue.getCompletedCount()) === 10);
  await until('no next job', async () => (await here.queue.getDelayedCount()) === 0);
  const ids = workers.flatMap(({ journal }) => journal.items.filter(({ event }) => event === 'completed'));
  assert.ok(new Set(ids.map(({ job }) => job)).size === ids.length);
});

for (const repeat of [{ pattern: '0 0 3 1 1 *', tz: 'Europe/Berlin' }, { every: 3_600_000 }])
  interop(
    `a scheduler ${JSON.stringify(repeat)} is stored alike`,
    async (here) => {
      const template = { name: 'n', data: { a: 1 }, opts: { attempts: 3, removeOnComplete: true } };
      await here.queue.upsertJobScheduler('s', repeat, template);
      const node = await layoutOf(here.redis.client, here.prefix, here.queueName);
      here.useQueue(`${here.queueName}-cpp`);
      await here.cpp.open();
      await here.cpp.ask('scheduler.upsert', { scheduler: 's', repeat, template });
      const cpp = await layoutOf(here.redis.client, here.prefix, here.queueName);
      assert.deepEqual(hashOf(cpp, /:repeat:s$/), hashOf(node, /:repeat:s$/));
      assert.deepEqual(jobOf(cpp), jobOf(node));
    },
    { only: /^6/ },
  );

interop('a flow of C++ is worked by Node', async (here) => {
  await here.node.work({ concurrency: 3 });
  const { queueName } = here;
  const leaf = (n) => ({ name: 'echo', queueName, data: { n } });
  const middle = { name: 'echo', queueName, data: { middle: true }, children: [leaf(1), leaf(2)] };
  const flow = { name: 'echo', queueName, data: { root: true }, children: [middle, leaf(3)] };
  const { id, children } = await here.peer.ask('flow.add', { flow });
  const job = await here.completed(id);
  const values = Object.values(await job.getChildrenValues());
  assert.equal(values.length, 2);
  assert.equal(children.length, 2);
  assert.equal(await here.queue.getCompletedCount(), 5);
});

function hashOf(layout, key) {
  const found = Object.entries(layout).find(([name]) => key.test(name));
  if (found[1].value.offset) found[1].value.offset = '<time>'; // of the run within the interval
  return found[1].value;
}

const kTimes = ['timestamp', 'delay', 'prevMillis', 'jobId', 'offset', 'startDate'];

// The next job, with a word for what is a time of the run.
function jobOf(layout) {
  const [, entry] = Object.entries(layout).find(([name]) => /:repeat:s:\d+$/.test(name));
  const { opts, ...rest } = entry.value;
  const { repeat, ...options } = JSON.parse(opts);
  return { ...timeless(rest), opts: { ...timeless(options), repeat: timeless(repeat ?? {}) } };
}

function timeless(fields) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, kTimes.includes(name) ? '<time>' : value]),
  );
}
