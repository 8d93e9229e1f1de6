// SIGTERM: what runs is finished or given back, and the next start loses no time over it.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

const kEnv = { PROBE_ALLOW: '127.0.0.0/8', RUN_LEASE: '1h', DISPATCH_LOCK_TTL: '1h' };
const kGraceMs = 10_000;
const kAtOnceMs = 4_000;
const kHeld = "SELECT COUNT(*) FROM UserMonitorSchedule WHERE lockedUntil > (julianday('now') - 2440587.5) * 86400000";

async function setting(here, users) {
  const target = await here.target();
  await here.prepare();
  await here.household.add(users, { monitors: 1, url: (user) => target.url(`/${user.name}/`) });
  return target;
}

async function assertAllRunAtNextStart(here, users, env) {
  await here.start({ env });
  await here.database.until('all rounds', `SELECT COUNT(*) = ${users} FROM MonitorRound`, kAtOnceMs);
  assert.equal(await here.database.value("SELECT COUNT(*) FROM MonitorRound WHERE outcome <> 'success'"), 0);
  assert.deepEqual(await here.witness.violations(), []);
  assert.deepEqual(await here.witness.unrecorded(), []);
}

scenario('under load: exit 0 within the grace, nothing is held, the next start runs the rest at once', async (here) => {
  const kUsers = 400;
  const target = await setting(here, kUsers);
  target.delay(200);
  const env = { ...kEnv, WORKER_CONCURRENCY: '100', DISPATCH_BATCH_SIZE: '400' };
  const server = await here.start({ env });
  await here.witness.makeDue();
  await target.hit('/', 100);
  assert.deepEqual(await server.stop(kGraceMs + 2_000), { code: 0, signal: null });

  const done = await here.database.value('SELECT COUNT(*) FROM MonitorRound');
  here.note(`${done} of ${kUsers} rounds were finished before the end`);
  assert.ok(done >= 100 && done < kUsers, `${done} rounds`);
  assert.equal(await here.database.value(kHeld), 0);
  await assertAllRunAtNextStart(here, kUsers, env);
});

scenario('rounds that do not end within the grace are given back', async (here) => {
  const target = await setting(here, 20);
  target.hold('/');
  const env = { ...kEnv, WORKER_CONCURRENCY: '10' };
  const server = await here.start({ env });
  await here.database.sql(`UPDATE UserMonitor SET config = json_set(config, '$.timeoutMs', 60000)`);
  await here.witness.makeDue();
  await target.hit('/', 10);
  assert.deepEqual(await server.stop(kGraceMs + 3_000), { code: 0, signal: null });
  assert.equal(await here.database.value('SELECT COUNT(*) FROM MonitorRound'), 0);
  assert.equal(await here.database.value(kHeld), 0);
  target.release('/');
  await assertAllRunAtNextStart(here, 20, env);
});

scenario('a call that runs rounds ends too: its round is given back, the next does not begin', async (here) => {
  const target = await setting(here, 3);
  target.hold('/');
  const env = { ...kEnv, CRON_SECRET: 'a-secret-of-the-test', DISPATCH_TICK: 'off' };
  const server = await here.start({ env });
  await here.database.sql(`UPDATE UserMonitor SET config = json_set(config, '$.timeoutMs', 60000)`);
  await here.witness.makeDue();
  const headers = { 'x-cron-secret': 'a-secret-of-the-test' };
  const call = here.client(server).post('/api/cron/one-click-start', { mode: 'sync' }, { headers });
  await target.hit('/', 1);
  assert.deepEqual(await server.stop(kGraceMs + 5_000), { code: 0, signal: null });
  const answer = await call;
  assert.deepEqual([answer.status, answer.body.data.executed], [200, 0]);
  assert.equal(await here.database.value('SELECT COUNT(*) FROM MonitorRound'), 0);
  assert.equal(await here.database.value(kHeld), 0);
  target.release('/');
  await assertAllRunAtNextStart(here, 3, { ...kEnv });
});

scenario('a second signal ends it now, with 130; nothing is lost', async (here) => {
  const target = await setting(here, 20);
  target.hold('/');
  const env = { ...kEnv, WORKER_CONCURRENCY: '10' };
  const server = await here.start({ env });
  await here.witness.makeDue();
  await target.hit('/', 10);
  server.signal('SIGINT');
  await server.event('stopping', 2_000);
  server.signal('SIGINT');
  assert.deepEqual(await server.end(2_000), { code: 130, signal: null });
  target.release('/');
  await assertAllRunAtNextStart(here, 20, env);
});

scenario('SIGINT while idle: exit 0 without delay', async (here) => {
  const server = await here.start();
  server.signal('SIGINT');
  assert.deepEqual(await server.end(2_000), { code: 0, signal: null });
});
