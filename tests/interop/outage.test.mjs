// Redis, the database and workers go away at any moment, each in several ways: nobody is missed, nobody is run twice,
// and all goes back by itself.
import assert from 'node:assert/strict';

import { Client } from '../system/support/client.mjs';
import { until } from '../system/support/until.mjs';
import { RedisServer } from './support/redis.mjs';
import { onStack } from './support/stack.mjs';

const kUsers = 40;
const kEnv = { DISPATCH_BATCH_SIZE: '100', WORKER_CONCURRENCY: '10' };

const outage = (name, body, env = {}) => onStack(name, { env: { ...kEnv, ...env } }, body);

/** How Redis goes away, and comes back. */
const kTroubles = {
  killed: {
    begin: (here) => here.redis.stop(),
    async end(here) {
      const { port } = here.redis;
      here.redis = await RedisServer.start({ port });
    },
  },
  paused: {
    begin: (here) => process.kill(here.redis.pid, 'SIGSTOP'),
    end: (here) => process.kill(here.redis.pid, 'SIGCONT'),
  },
  full: {
    begin: (here) => here.redis.client.config('SET', 'maxmemory', '1'),
    end: (here) => here.redis.client.config('SET', 'maxmemory', '0'),
  },
  'read-only': {
    begin: (here) => here.redis.client.replicaof('127.0.0.1', '1'),
    end: (here) => here.redis.client.replicaof('NO', 'ONE'),
  },
  'behind another password': {
    async begin(here) {
      await here.redis.client.config('SET', 'requirepass', 'new');
      await here.redis.client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    async end(here) {
      await here.redis.client.config('SET', 'requirepass', '');
    },
  },
};

async function readiness(web) {
  const client = new Client(web.url);
  try {
    const { status, body } = await client.get('/readyz');
    return { status, ...body };
  } finally {
    client.close();
  }
}

const statusBecomes = (web, wanted, withinMs) =>
  until(`readyz says ${wanted}`, async () => (await readiness(web)).status === wanted, withinMs, 50);

/** Everybody's slot has come, `rounds` times so far in all; that many are recorded for everybody, and no more. */
const everybodyRan = (here, rounds, withinMs) =>
  until(
    `everybody has ${rounds} rounds`,
    async () => {
      const sql = `SELECT COUNT(*) FROM (SELECT userId FROM MonitorRound GROUP BY userId HAVING COUNT(*) = ${rounds}) x`;
      return Number(await here.value(sql)) === kUsers;
    },
    withinMs,
    50,
  );

for (const [how, { begin, end }] of Object.entries(kTroubles))
  outage(`Redis ${how}: rounds run in the dispatcher's process within ten seconds, and workers' after it is back`, async (here) => {
    await here.addUsers(kUsers);
    const web = await here.run('ours', 'web');
    const worker = await here.run('ours', 'worker');
    await here.makeDue();
    assert.equal((await here.dispatch(web)).mode, 'dispatch');
    await everybodyRan(here, 1, 10_000);

    // Claimed and on their way when it goes away: nobody calls again.
    await here.makeDue();
    const answer = await here.dispatch(web);
    await begin(here);
    assert.equal(answer.dispatched, kUsers);
    await everybodyRan(here, 2, 10_000);
    await statusBecomes(web, 'degraded', 10_000);

    await here.makeDue();
    const degraded = await here.dispatch(web);
    await everybodyRan(here, 3, 10_000);
    assert.equal(degraded.mode, 'sync');
    assert.equal(degraded.degraded, true);

    await end(here);
    await statusBecomes(web, 'ok', 15_000);
    await here.makeDue();
    const back = await here.dispatch(web);
    assert.equal(back.mode, 'dispatch');
    assert.equal('degraded' in back, false);
    await everybodyRan(here, 4, 10_000);
    await here.settled();
    const workers = await here.sql("SELECT DISTINCT worker FROM MonitorRound WHERE slot = (SELECT MAX(slot) FROM MonitorRound)");
    assert.deepEqual([...workers], [{ worker: `worker-${(await worker.banner()).instance}` }]);
  });

outage('Redis comes back empty: whoever waited there is claimed anew at once', async (here) => {
  await here.addUsers(kUsers);
  const web = await here.run('ours', 'web');
  await here.makeDue();
  assert.equal((await here.dispatch(web)).dispatched, kUsers);
  await here.redis.client.flushall();
  await until('they are claimable again', async () => {
    const locked = await here.value('SELECT COUNT(*) FROM UserMonitorSchedule WHERE lockedUntil > UTC_TIMESTAMP(3)');
    return Number(locked) === 0 || Number((await here.queueStats()).waiting) === kUsers;
  });
  await here.run('ours', 'worker');
  await here.dispatch(web);
  await everybodyRan(here, 1, 10_000);
});

outage('the database pauses: red within five seconds, all resumes within five of its return', async (here) => {
  await here.addUsers(kUsers);
  const web = await here.run('ours', 'web', { DISPATCH_TICK: '1s' });
  const worker = await here.run('ours', 'worker');
  await here.makeDue();
  await everybodyRan(here, 1, 10_000);
  process.kill(here.mariadb.pid, 'SIGSTOP');
  await until('it is red', async () => (await readiness(web)).status === 'failing', 5_000, 50);
  process.kill(here.mariadb.pid, 'SIGCONT');
  await statusBecomes(web, 'ok', 5_000);
  await here.makeDue();
  await everybodyRan(here, 2, 5_000);
  assert.ok(worker.alive && web.alive);
});

outage(
  "a worker is killed: its users run again when its leases are over; asked to end, it gives back what it has",
  async (here) => {
    await here.addUsers(kUsers);
    here.target.hold('/ours/');
    const web = await here.run('ours', 'web', { DISPATCH_TICK: '1s' });
    const first = await here.run('ours', 'worker');
    await here.makeDue();
    await until('some rounds run', async () => here.target.hits.items.length >= 5);
    const second = await here.run('ours', 'worker'); // before: not the heir of its name
    await first.kill();
    here.target.release('/ours/');
    await everybodyRan(here, 1, 15_000);
    const began = performance.now();
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
    assert.ok(performance.now() - began < 1_000, 'idle, it ends at once');
    assert.ok(web.alive);
  },
  { RUN_LEASE: '4s' },
);

outage('two dispatchers, many calls at once: everybody is claimed once', async (here) => {
  await here.addUsers(kUsers);
  const webs = [await here.run('ours', 'web'), await here.run('ours', 'web')];
  await here.makeDue();
  const calls = Array.from({ length: 100 }, (_, i) => here.dispatch(webs[i % 2]));
  const answers = await Promise.all(calls);
  const ids = answers.flatMap(({ userIds }) => userIds);
  assert.equal(ids.length, kUsers);
  assert.equal(new Set(ids).size, kUsers);
  await here.run('ours', 'worker');
  await everybodyRan(here, 1, 10_000);
});

outage('readiness says that jobs wait and no worker takes them, until one does', async (here) => {
  await here.addUsers(1);
  const web = await here.run('ours', 'web');
  await here.makeDue();
  await here.dispatch(web);
  await statusBecomes(web, 'degraded');
  const queue = (await readiness(web)).checks.find(({ name }) => name === 'queue');
  assert.deepEqual([queue.ok, queue.detail], [true, 'jobs wait, and no worker takes them']);
  await here.run('ours', 'worker');
  await here.settled();
  await statusBecomes(web, 'ok');
});

outage('jobs that are none, and of strangers: put aside as failed, and the worker lives', async (here) => {
  await here.addUsers(kUsers);
  const web = await here.run('ours', 'web');
  const worker = await here.run('ours', 'worker');
  const { Queue } = await import('bullmq');
  const queue = new Queue('monitor-user-tasks', { connection: here.redis.connection });
  try {
    await queue.add('monitor', { userId: 7 });
    await queue.add('another', 'text');
    await queue.add('monitor', { userId: 'nobody', userEmail: 'x@example.org', intervalMinutes: 5, scheduledAt: 'soon' });
    await until('they failed', async () => (await here.queueStats()).failed >= 2);
    await here.makeDue();
    await here.dispatch(web);
    await everybodyRan(here, 1, 10_000);
    assert.ok(worker.alive);
  } finally {
    await queue.close();
  }
});
