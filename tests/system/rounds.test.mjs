// A user's rounds: on his interval, when he asks, not while he is switched off, and seen by him alone.
import assert from 'node:assert/strict';

import { EventStream } from './support/events.mjs';
import { scenario } from './support/scenario.mjs';

const kMinute = 60_000;
const kEnv = { PROBE_ALLOW: '127.0.0.0/8', WORKER_CONCURRENCY: '10' };

// Two users with two monitors each on `target`, the slot of all of them an hour away.
async function setting(here, options = {}) {
  const target = await here.target();
  await here.prepare();
  const url = (user, i) => target.url(`/${user.name}/${i}`);
  const [ada, bob] = await here.household.add(2, { monitors: 2, url, ...options });
  const server = await here.start({ env: kEnv });
  return { target, server, ada, bob, asAda: here.as(ada, server), asBob: here.as(bob, server) };
}

const schedule = (client) => client.expect(200, 'GET', '/api/v1/schedule');
const rounds = async (client) => (await client.expect(200, 'GET', '/api/v1/rounds')).items;

scenario('a due user is claimed, his monitors are probed, the round is recorded and the beat goes on', async (here) => {
  const target = await here.target();
  await here.prepare();
  const url = (user, i) => target.url(`/${user.name}/${i}`);
  const [ada] = await here.household.add(1, { monitors: 2, url, intervalMinutes: 1, dueInMs: 1500, prefix: 'ada' });
  const [bob] = await here.household.add(1, { monitors: 2, url, intervalMinutes: 1440, prefix: 'bob' });
  const slot = await here.database.value(`SELECT nextRunAt FROM UserMonitorSchedule WHERE userId = '${ada.id}'`);
  const server = await here.start({ env: kEnv });

  await here.database.until('a recorded round', 'SELECT COUNT(*) FROM MonitorRound');
  const [round] = await rounds(here.as(ada, server));
  assert.equal(Date.parse(round.slot), slot);
  assert.equal(round.status, 'success');
  assert.equal(round.trigger, 'schedule');
  assert.deepEqual(round.counts, { total: 2, up: 2, down: 0, unknown: 0 });
  assert.equal(round.missedSlots, 0);
  assert.ok(round.latenessMs >= 0 && round.latenessMs < 500, `late by ${round.latenessMs} ms`);

  const hits = target.hitsBelow('/ada');
  assert.deepEqual(hits.map(({ path }) => path).sort(), ['/ada1/0', '/ada1/1']);
  // The end of a round is its start as committed plus the time that its checks took: a commit may lie between.
  const end = Date.parse(round.finishedAt) + 500;
  for (const { at } of hits) assert.ok(at >= slot && at <= end, `probed ${at - slot} ms after the slot, end ${end - slot}`);

  const next = await schedule(here.as(ada, server));
  assert.equal(Date.parse(next.nextRunAt), slot + kMinute);
  assert.equal(next.state, 'idle');
  assert.equal(next.lastStatus, 'success');
  assert.equal(target.hitsBelow('/bob').length, 0, 'Bob is not due');
  assert.deepEqual(await rounds(here.as(bob, server)), []);
  assert.deepEqual(await here.witness.violations(), []);
  await server.stop();
  assert.deepEqual(await here.database.sql('SELECT source, mode, claimed FROM MonitorDispatchLog'), [
    { source: 'ticker', mode: 'dispatch', claimed: 1 },
  ]);
});

scenario('after downtime there is one round, the missed slots are counted and the phase stays', async (here) => {
  await here.prepare();
  const user = await here.household.one({ intervalMinutes: 5, dueInMs: -12.5 * kMinute });
  const slot = await here.database.value('SELECT nextRunAt FROM UserMonitorSchedule');
  const server = await here.start({ env: kEnv });
  await here.database.until('a recorded round', 'SELECT COUNT(*) FROM MonitorRound');
  const [round, ...others] = await rounds(here.as(user, server));
  assert.deepEqual(others, []);
  assert.equal(round.missedSlots, 2);
  assert.equal(round.status, 'skipped');
  assert.equal(Date.parse((await schedule(here.as(user, server))).nextRunAt), slot + 15 * kMinute);
  assert.deepEqual(await here.witness.violations(), []);
});

scenario('run now runs at once, tells its progress, and follows a round that is under way', async (here) => {
  const { target, asAda, ada, server } = await setting(here);
  const events = await EventStream.open(here, server, ada);
  target.hold('/user1');
  await asAda.expect(202, 'POST', '/api/v1/schedule/run');
  await target.hit('/user1', 2);
  assert.equal((await schedule(asAda)).state, 'running');
  await asAda.expect(202, 'POST', '/api/v1/schedule/run');
  assert.equal(target.hitsBelow('/user1').length, 2, 'the running round is not disturbed');
  target.release('/user1');

  await target.hit('/user1', 4);
  await here.database.until('both rounds', 'SELECT COUNT(*) = 2 FROM MonitorRound');
  const [second, first] = await rounds(asAda);
  assert.ok(Date.parse(second.startedAt) >= Date.parse(first.finishedAt), 'one after the other');
  const next = Date.parse((await schedule(asAda)).nextRunAt);
  assert.equal(next, Date.parse(second.slot) + 5 * kMinute);

  await events.journal.findMany('round.finished', ({ event }) => event === 'round.finished', 2);
  const names = events.journal.items.map(({ event }) => event).filter((event) => /^(round|check)\./.test(event));
  const oneRound = ['round.started', 'check.finished', 'check.finished', 'round.finished'];
  assert.deepEqual(names, [...oneRound, ...oneRound]);
  assert.deepEqual(await here.witness.violations(), []);
});

scenario('a user who is switched off is left alone until he switches on again', async (here) => {
  const { target, asAda, asBob } = await setting(here);
  const before = await schedule(asAda);
  const off = await asAda.expect(200, 'PATCH', '/api/v1/schedule', { enabled: false });
  assert.deepEqual([off.state, off.nextRunAt], ['disabled', null]);
  assert.equal((await asAda.expect(409, 'POST', '/api/v1/schedule/run')).code, 'schedule_disabled');

  // Due later than Ada, and run: so Ada's turn has passed.
  await here.witness.makeDue();
  await target.hit('/user2', 2);
  await here.database.until("Bob's round", 'SELECT COUNT(*) FROM MonitorRound');
  await asBob.expect(202, 'POST', '/api/v1/schedule/run');
  await target.hit('/user2', 4);
  assert.equal(target.hitsBelow('/user1').length, 0);
  assert.deepEqual(await rounds(asAda), []);

  const on = await asAda.expect(200, 'PATCH', '/api/v1/schedule', { enabled: true });
  assert.equal(on.enabled, true);
  const wait = Date.parse(on.nextRunAt) - Date.now();
  assert.ok(wait <= 5 * kMinute, `next slot in ${wait} ms`);
  assert.ok(before.nextRunAt);
});

scenario('an edited interval keeps the phase: no burst, no hole', async (here) => {
  const { asAda } = await setting(here, { intervalMinutes: 60, dueInMs: 47.3 * kMinute });
  const first = Date.parse((await schedule(asAda)).nextRunAt);
  for (const minutes of [1, 7, 1440, 60]) {
    const edited = await asAda.expect(200, 'PATCH', '/api/v1/schedule', { intervalMinutes: minutes });
    const next = Date.parse(edited.nextRunAt);
    assert.equal(edited.intervalMinutes, minutes);
    const wait = next - Date.now();
    assert.ok(wait > -1000 && wait <= minutes * kMinute, `${minutes} min: next slot in ${wait} ms`);
    assert.equal(Math.abs(next - first) % kMinute, 0, `${minutes} min: the phase moved by ${next - first} ms`);
  }
  for (const bad of [0, 1441, 1.5, '5', null]) {
    const refusal = await asAda.expect(422, 'PATCH', '/api/v1/schedule', { intervalMinutes: bad });
    assert.equal(refusal.fields[0].path, 'intervalMinutes');
  }
});

scenario('no user sees or touches what belongs to another', async (here) => {
  const { asAda, asBob, target, server, ada, bob } = await setting(here);
  const events = await EventStream.open(here, server, bob);
  await asAda.expect(202, 'POST', '/api/v1/schedule/run');
  await here.database.until("Ada's round", 'SELECT COUNT(*) FROM MonitorRound');
  const [round] = await rounds(asAda);
  const { items } = await asAda.expect(200, 'GET', '/api/v1/monitors');
  const monitor = `/api/v1/monitors/${items[0].id}`;

  const attempts = [
    ['GET', monitor],
    ['PATCH', monitor, { name: 'mine now' }],
    ['DELETE', monitor],
    ['POST', `${monitor}/pause`],
    ['POST', `${monitor}/resume`],
    ['POST', `${monitor}/test`],
    ['GET', `${monitor}/results`],
    ['GET', `/api/v1/rounds/${round.id}`],
    ['GET', `/api/v1/incidents?monitorId=${items[0].id}`],
  ];
  for (const [method, path, body] of attempts) {
    const foreign = await asBob.expect(404, method, path, body);
    const absent = await asBob.expect(404, method, path.replaceAll(/[0-9a-z]{26,}/g, '0'.repeat(26)), body);
    assert.deepEqual(foreign, absent, `${method} ${path}: foreign and absent look alike`);
  }
  for (const path of [`/api/v1/users`, `/api/v1/users/${ada.id}`]) await asBob.expect(403, 'GET', path);
  assert.deepEqual(await rounds(asBob), []);
  assert.deepEqual((await asBob.expect(200, 'GET', '/api/v1/incidents')).items, []);
  assert.equal((await asBob.expect(200, 'GET', '/api/v1/monitors')).items.some(({ id }) => id === items[0].id), false);

  await asBob.expect(202, 'POST', '/api/v1/schedule/run');
  await events.journal.find('his own round', ({ event }) => event === 'round.finished');
  const own = (await asBob.expect(200, 'GET', '/api/v1/monitors')).items.map(({ id }) => id);
  for (const { data } of events.journal.items) {
    if (data.monitorId) assert.ok(own.includes(data.monitorId), 'an event of somebody else');
  }
  assert.equal(events.journal.items.filter(({ event }) => event === 'round.started').length, 1);
  assert.equal(target.hitsBelow('/user1').length, 2);
});
