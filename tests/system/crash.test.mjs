// kill -9 at any moment: after a restart in the same folder every slot is recorded once, and at once.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Random } from './support/random.mjs';
import { scenario } from './support/scenario.mjs';

// The dead one's leases would block for these: whoever waits for them does not make the deadlines below.
const kLongLeases = { RUN_LEASE: '1h', DISPATCH_LOCK_TTL: '1h', PROBE_ALLOW: '127.0.0.0/8' };
const kAtOnceMs = 4_000;

async function setting(here, users) {
  const target = await here.target();
  await here.prepare();
  const all = await here.household.add(users, { monitors: 1, url: (user) => target.url(`/${user.name}/`) });
  return { target, users: all };
}

const allRecorded = (count) => `SELECT COUNT(*) = ${count} FROM MonitorRound`;
const kNothingHeld = `SELECT COUNT(*) = 0 FROM UserMonitorSchedule WHERE lockedBy IS NOT NULL
  OR nextRunAt <= (julianday('now') - 2440587.5) * 86400000`;

scenario('killed while idle, and while writes come in: what was acknowledged is there', async (here) => {
  const { users } = await setting(here, 1);
  const acknowledged = [];
  for (let life = 0; life < 4; ++life) {
    const server = await here.start({ env: kLongLeases });
    const client = here.as(users[0], server);
    const writing = writeUntilGone(client, life, acknowledged);
    if (life > 0) await pauseUntil(() => acknowledged.length >= life * 10);
    await server.kill();
    await writing;
  }
  const server = await here.start();
  const { items } = await here.as(users[0], server).expect(200, 'GET', '/api/v1/monitors');
  const known = new Set(items.map(({ name }) => name));
  assert.ok(acknowledged.length >= 30, `only ${acknowledged.length} writes were acknowledged`);
  assert.deepEqual(acknowledged.filter((name) => !known.has(name)), []);
  assert.equal(await here.database.value('PRAGMA integrity_check'), 'ok');
});

async function writeUntilGone(client, life, acknowledged) {
  for (let i = 0; ; ++i) {
    const name = `written ${life}/${i}`;
    const body = { name, kind: 'tcp', config: { host: '127.0.0.1', port: 9 } };
    const answer = await client.post('/api/v1/monitors', body).catch(() => undefined);
    if (!answer) return;
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    acknowledged.push(name);
  }
}

async function pauseUntil(condition) {
  while (!condition()) await pause(1);
}

scenario('killed with users claimed and waiting in the queue: they run at the next start', async (here) => {
  const { target } = await setting(here, 30);
  target.hold('/');
  const first = await here.start({ env: { ...kLongLeases, WORKER_CONCURRENCY: '1' } });
  await here.witness.makeDue();
  await target.hit('/');
  await here.database.until('everybody claimed', 'SELECT COUNT(*) = 30 FROM UserMonitorSchedule WHERE lockedBy IS NOT NULL');
  await first.kill();
  target.release('/');

  await here.start({ env: kLongLeases });
  await here.database.until('all 30 rounds', allRecorded(30), kAtOnceMs);
  assert.deepEqual(await here.witness.violations(), []);
  assert.deepEqual(await here.witness.unrecorded(), []);
});

scenario('killed in the middle of probes: the rounds run again at the next start', async (here) => {
  const { target } = await setting(here, 30);
  const env = { ...kLongLeases, WORKER_CONCURRENCY: '50' };
  target.hold('/');
  const first = await here.start({ env });
  await here.witness.makeDue();
  await target.hit('/', 30);
  await first.kill();
  assert.equal(await here.database.value('SELECT COUNT(*) FROM MonitorRound'), 0);
  target.release('/');

  await here.start({ env });
  await here.database.until('all 30 rounds', allRecorded(30), kAtOnceMs);
  assert.equal(target.hits.items.length, 60, 'every monitor once in each life');
  assert.equal(await here.database.value("SELECT COUNT(*) FROM MonitorRound WHERE outcome <> 'success'"), 0);
  assert.deepEqual(await here.witness.violations(), []);
  assert.deepEqual(await here.witness.unrecorded(), []);
});

scenario(
  'killed at random moments, again and again: each slot is recorded exactly once',
  async (here) => {
    const kUsers = 60;
    const random = new Random(process.env.WATCHBILL_SEED);
    here.note(`WATCHBILL_SEED=${random.seed}`);
    const { target } = await setting(here, kUsers);
    target.delay(5);
    const env = { ...kLongLeases, WORKER_CONCURRENCY: '8', DISPATCH_TICK: '10ms' };
    for (let life = 0; life < 12; ++life) {
      const server = await here.start({ env });
      const seen = target.hits.items.length;
      await here.witness.makeDue("nextRunAt > (julianday('now') - 2440587.5) * 86400000");
      // From the first probe to well past the last finish.
      await target.hit('/', seen + 1 + random.below(kUsers / 2));
      await pause(random.below(60));
      await server.kill();
    }
    const server = await here.start({ env });
    await here.database.until('nothing due or held', kNothingHeld, kAtOnceMs);
    assert.deepEqual(await here.witness.unrecorded(), []);
    assert.deepEqual(await here.witness.violations(), []);
    const rounds = await here.database.value('SELECT COUNT(*) FROM MonitorRound');
    const reclaimed = await here.database.value('SELECT SUM(fence) FROM UserMonitorSchedule');
    here.note(`${rounds} rounds of ${reclaimed} claims`);
    assert.ok(reclaimed > rounds, 'no kill hit a round');
    await server.stop();
    assert.equal(await here.database.value('PRAGMA integrity_check'), 'ok');
  },
  { timeout: 90_000 },
);
