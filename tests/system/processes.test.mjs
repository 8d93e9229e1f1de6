// Several processes on one database file: each slot once, whoever of them dies, sleeps or comes late.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const kLeaseMs = 2_000;
const kEnv = { PROBE_ALLOW: '127.0.0.0/8', RUN_LEASE: `${kLeaseMs}`, DISPATCH_LOCK_TTL: '10s', DISPATCH_TICK: '50ms' };

async function setting(here, users) {
  const target = await here.target();
  await here.prepare();
  const all = await here.household.add(users, { monitors: 1, url: (user) => target.url(`/${user.name}/`) });
  return { target, users: all };
}

const workers = async (here) => (await here.database.sql('SELECT DISTINCT worker FROM MonitorRound')).map(({ worker }) => worker);
const recorded = (count) => `SELECT COUNT(*) >= ${count} FROM MonitorRound`;

async function assertOncePerSlot(here) {
  assert.deepEqual(await here.witness.violations(), []);
  assert.deepEqual(await here.witness.unrecorded(), []);
}

scenario('two processes share the work, and every slot is recorded once', async (here) => {
  const kUsers = 80;
  const { target } = await setting(here, kUsers);
  target.delay(5);
  const env = { ...kEnv, RUN_LEASE: '1m', DISPATCH_BATCH_SIZE: '4', WORKER_CONCURRENCY: '2', DISPATCH_MAX_QUEUE: '4' };
  await Promise.all([here.start({ env }), here.start({ env })]);
  for (let wave = 1; wave <= 3; ++wave) {
    await here.witness.makeDue();
    await here.database.until(`wave ${wave}`, recorded(wave * kUsers), 15_000);
  }
  assert.equal(await here.database.value('SELECT COUNT(*) FROM MonitorRound'), 3 * kUsers);
  assert.equal(target.hits.items.length, 3 * kUsers, 'nobody was probed twice for a slot');
  assert.equal((await workers(here)).length, 2, 'both worked');
  await assertOncePerSlot(here);
});

scenario('a second process that starts leaves alone what the first one runs', async (here) => {
  const { target } = await setting(here, 5);
  const env = { ...kEnv, RUN_LEASE: '1m', WORKER_CONCURRENCY: '10' };
  await here.start({ env });
  target.hold('/');
  await here.witness.makeDue();
  await target.hit('/', 5);
  await here.start({ env });
  assert.equal(await here.database.value('SELECT COUNT(*) FROM UserMonitorSchedule WHERE startedFence = fence AND lockedUntil > nextRunAt'), 5);
  target.release('/');
  await here.database.until('all rounds', recorded(5));
  assert.equal(target.hits.items.length, 5);
  assert.equal((await workers(here)).length, 1);
  await assertOncePerSlot(here);
});

scenario('kill -9 of one while it runs rounds: the other takes its users over when the lease is over', async (here) => {
  const kUsers = 6;
  const { target } = await setting(here, kUsers);
  // One more than it can run: that one waits in its queue.
  const first = await here.start({ env: { ...kEnv, WORKER_CONCURRENCY: `${kUsers - 1}` } });
  target.hold('/');
  await here.witness.makeDue();
  await target.hit('/', kUsers - 1);
  await here.start({ env: { ...kEnv, WORKER_CONCURRENCY: '10' } });
  await here.database.until('all claimed', `SELECT COUNT(*) = ${kUsers} FROM UserMonitorSchedule WHERE lockedBy IS NOT NULL`);
  await first.kill();
  const killedAt = Date.now();
  target.release('/');

  await here.database.until('the rounds it ran', recorded(kUsers - 1), kLeaseMs + 3_000);
  const { started } = await here.database.one('SELECT MIN(startedAt) AS started FROM MonitorRound');
  assert.ok(started > killedAt, 'not before it was dead');
  // What had only been claimed waits for the lock of the claim.
  await here.database.until('the round that waited', recorded(kUsers), 12_000);
  assert.equal((await workers(here)).length, 1);
  await assertOncePerSlot(here);
});

scenario('stopped past its lease and woken up again: its late finish is refused', async (here) => {
  const { target, users } = await setting(here, 1);
  const [ada] = users;
  const sleeper = await here.start({ env: kEnv });
  target.hold('/');
  await here.witness.makeDue();
  await target.hit('/');
  sleeper.signal('SIGSTOP');
  const other = await here.start({ env: kEnv });
  await target.hit('/', 2, kLeaseMs + 3_000);
  target.release('/');
  await here.database.until('the round of the other', recorded(1));
  const { worker } = await here.database.one('SELECT worker FROM MonitorRound');

  sleeper.signal('SIGCONT');
  // Awake again when it answers; it has then seen the answer that waits for it, and done what it does with it.
  const schedule = await here.as(ada, sleeper).expect(200, 'GET', '/api/v1/schedule');
  assert.equal(schedule.state, 'idle');
  await here.as(ada, sleeper).expect(202, 'POST', '/api/v1/schedule/run');
  await here.database.until('the next round', recorded(2));
  const rounds = await here.database.sql('SELECT slot, fence, worker FROM MonitorRound ORDER BY slot');
  assert.equal(rounds.length, 2);
  assert.deepEqual([rounds[0].fence, rounds[0].worker], [2, worker], 'the record of the other one stands');
  await until('both alive', () => sleeper.alive && other.alive);
  await assertOncePerSlot(here);
});
