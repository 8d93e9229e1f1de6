// Workers that die or leave in the middle of a job, and who takes over.
import assert from 'node:assert/strict';

import { bothWays, interop, until } from './support/interop.mjs';

const kShort = { lockDuration: 500, stalledInterval: 300, drainDelay: 200 };

interop('a Node worker is killed and C++ takes over its job', async (here) => {
  const victim = await here.startNodeProcess(kShort);
  const id = await here.queue.add('hang', { n: 1 }).then((job) => job.id);
  await victim.journal.find('its start', ({ event }) => event === 'active');
  const heir = await here.cpp.work(kShort);
  victim.kill();
  assert.equal((await victim.ended).signal, 'SIGKILL');
  await heir.journal.find('stalled job', ({ event, job }) => event === 'stalled' && job === id);
  await heir.release(id);
  const job = await here.completed(id);
  assert.equal(job.attemptsStarted, 2);
  assert.equal(job.stalledCounter, 1);
  assert.deepEqual(job.returnvalue, { n: 1 });
});

interop('a C++ worker is killed and Node takes over its job', async (here) => {
  const id = await here.queue.add('hang', { n: 1 }).then((job) => job.id);
  const peer = here.startPeer();
  const victim = await here.cpp.work(kShort, peer);
  await victim.journal.find('its start', ({ event }) => event === 'active');
  const heir = await here.node.work(kShort);
  peer.kill();
  assert.equal((await peer.exited).signal, 'SIGKILL');
  await heir.journal.find('stalled job', ({ event, job }) => event === 'stalled' && job === id);
  heir.release(id);
  const job = await here.completed(id);
  assert.equal(job.attemptsStarted, 2);
  assert.equal(job.stalledCounter, 1);
});

interop('a job that kills every worker fails with the same words on both sides', async (here) => {
  for (const heirSide of [here.cpp, here.node]) {
    const heir = await heirSide.work({ ...kShort, maxStalledCount: 0 });
    await heir.pause();
    const id = await here.queue.add('crash', {}).then((job) => job.id);
    const peer = here.startPeer();
    await here.cpp.work(kShort, peer);
    assert.equal((await peer.exited).signal, 'SIGKILL');
    if (heirSide === here.node) await heir.resume();
    const failing = await heirSide.work({ ...kShort, maxStalledCount: 0 });
    const job = await here.failed(id);
    assert.equal(job.failedReason, 'job stalled more than allowable limit');
    await failing.close();
    await heir.close();
  }
});

bothWays('a lock is renewed for as long as the job runs', async (here, adder, worker) => {
  const running = await worker.work(kShort);
  const watcher = await (worker === here.cpp ? here.node : here.cpp).work(kShort);
  await watcher.pause();
  const id = await adder.add('sleep', { ms: 1500 }, {});
  const job = await here.completed(id);
  assert.equal(job.attemptsStarted, 1);
  assert.equal(job.stalledCounter, 0);
  assert.deepEqual(
    running.journal.items.filter(({ event }) => event === 'stalled'),
    [],
  );
});

interop('C++ leaves in order: its jobs go back and Node runs them', async (here) => {
  const worker = await here.cpp.work({ concurrency: 3 });
  const ids = await here.cpp.addMany(Array(3).fill({ name: 'hang', data: {}, opts: {} }));
  await worker.journal.findMany('active', ({ event }) => event === 'active', 3);
  await worker.close(0);
  assert.deepEqual(await here.queue.getJobCounts('wait', 'active', 'failed'), { wait: 3, active: 0, failed: 0 });
  const locks = await Promise.all(ids.map((id) => here.redis.client.exists(here.key(`${id}:lock`))));
  assert.deepEqual(locks, [0, 0, 0]);
  const heir = await here.node.work({ concurrency: 3 });
  for (const id of ids) heir.release(id);
  for (const id of ids) {
    const job = await here.completed(id);
    assert.equal(job.attemptsMade, 1, 'the run that was given back is not counted');
  }
});

interop('a worker that closes waits for its job', async (here) => {
  for (const side of [here.node, here.cpp]) {
    const worker = await side.work();
    const id = await here.queue.add('sleep', { ms: 200 }).then((job) => job.id);
    await worker.journal.find('its start', ({ event }) => event === 'active');
    await worker.close();
    assert.equal(await here.queue.getJobState(id), 'completed');
  }
});

interop('a lock that somebody else took is told, and the result is not recorded', async (here) => {
  const worker = await here.cpp.work({ lockDuration: 400, stalledInterval: 60_000 });
  const id = await here.queue.add('hang', {}).then((job) => job.id);
  await worker.journal.find('its start', ({ event }) => event === 'active');
  await here.redis.client.set(here.key(`${id}:lock`), 'somebody else');
  await worker.journal.find('lock lost', ({ event, job }) => event === 'lockLost' && job === id);
  await until('the slot is free', async () => (await worker.stats()).active === 0);
  assert.equal(await here.queue.getJobState(id), 'active');
});
