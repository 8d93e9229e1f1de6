// A queue that is paused on one side stays paused on the other. Version 5 renames `wait` to `paused` for that time,
// version 6 and C++ leave the jobs where they are.
import assert from 'node:assert/strict';

import { interop, until } from './support/interop.mjs';

const kFive = { only: /^5/ };
const echo = (n) => Array.from({ length: n }, (_, i) => ({ name: 'echo', data: { i }, opts: {} }));
const idle = (here) => until('the worker waits', () => here.queue.getActiveCount().then((count) => count === 0));

interop('Node pauses: C++ starts nothing until Node resumes', async (here) => {
  const { journal } = await here.cpp.work();
  await here.completed(await here.cpp.add('echo', {}, {}));
  await here.queue.pause();
  const ids = [
    await here.cpp.add('echo', {}, {}),
    await here.cpp.add('echo', {}, { priority: 1 }),
    await here.cpp.add('echo', {}, { delay: 50 }),
  ];
  await idle(here);
  assert.equal(await here.queue.getCompletedCount(), 1);
  await here.queue.resume();
  for (const id of ids) await here.completed(id);
  assert.equal(journal.items.filter(({ event }) => event === 'completed').length, 1 + ids.length);
});

interop('Node pauses while a C++ job runs: it ends, and the next one waits', async (here) => {
  const worker = await here.cpp.work();
  const [first, second] = await here.cpp.addMany(Array(2).fill({ name: 'hang', data: {}, opts: {} }));
  await worker.journal.find('its start', ({ event }) => event === 'active');
  await here.queue.pause();
  await worker.release(second);
  await worker.release(first);
  await here.completed(first);
  await idle(here);
  assert.ok(['waiting', 'paused'].includes(await here.queue.getJobState(second)));
  await here.queue.resume();
  await here.completed(second);
});

interop('the events of a pause are the same for whoever listens', async (here) => {
  const journal = await here.listen();
  await here.cpp.open();
  await here.queue.pause();
  await here.queue.resume();
  await journal.find('resumed', ({ event }) => event === 'resumed');
  assert.deepEqual(
    journal.items.map(({ event }) => event),
    ['paused', 'resumed'],
  );
});

interop(
  'version 6 resumes what version 5 has paused, and C++ runs all of it',
  async (here) => {
    await here.node.addMany(echo(5));
    await here.queue.pause();
    assert.equal(await here.redis.client.llen(here.key('paused')), 5);
    await here.cpp.addMany(echo(2)); // into `wait`
    await here.node.addMany(echo(3)); // into `paused`
    await here.cpp.work();
    await here.sixth.resume();
    await until('all have run', async () => (await here.queue.getCompletedCount()) === 10);
  },
  kFive,
);

interop(
  'version 5 resumes what version 6 has paused, and C++ runs all of it',
  async (here) => {
    await here.cpp.addMany(echo(3));
    await here.sixth.pause();
    await here.cpp.addMany(echo(2));
    await here.cpp.work();
    await here.queue.resume();
    await until('all have run', async () => (await here.queue.getCompletedCount()) === 5);
  },
  kFive,
);

// Why README.md says to resume with C++ or version 6: version 5 renames `paused` over `wait`. C++ can do no more about it
// than version 6 on Node can.
interop(
  'version 5 drops at its resume what version 6 or C++ has added since its pause',
  async (here) => {
    for (const add of [(job) => here.sixth.add(...job).then(({ id }) => id), (job) => here.cpp.add(...job)]) {
      await here.node.add('echo', {}, {});
      await here.queue.pause();
      const id = await add(['echo', {}, {}]);
      await here.queue.resume();
      assert.equal(await here.queue.getJobState(id), 'unknown');
      await here.queue.drain();
    }
  },
  kFive,
);
