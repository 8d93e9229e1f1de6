// The stack of the guide on Node, with Prisma's client as the guide has it (prisma) and with SQL alone (node), beside
// watchbill's (ours), in turns, on the same Redis and MariaDB (each commit is flushed): one dispatcher, one worker, users
// who are due all at once and have no monitors, so that a round is nothing but its bookkeeping. From the first call of
// the dispatcher to the last committed finish; medians of the runs.
//
// For each side: rounds/s, CPU for one round of the dispatcher and the worker, of Redis and of MariaDB, the most memory.
// Node's code is warmed before it is measured, as is ours.
//
//   stack.mjs [--users N] [--warm N] [--batch N] [--concurrency N] [--runs N] [--sides SIDE,SIDE…]
import { parseArgs } from 'node:util';

import { generate } from '../../tests/interop/support/prisma.mjs';
import { until } from '../../tests/system/support/until.mjs';
import { bench, cpuMicroseconds, median, memoryMb, round } from './support/bench.mjs';
import { addUsers, startStack } from './support/stack.mjs';

const kDefaults = { users: '10000', warm: '2000', batch: '1000', concurrency: '50', runs: '3', sides: 'prisma,node,ours' };
const { values } = parseArgs({
  options: Object.fromEntries(Object.entries(kDefaults).map(([name, value]) => [name, { type: 'string', default: value }])),
});
const [kUsers, kWarm, kRuns] = [values.users, values.warm, values.runs].map(Number);
const kSides = values.sides.split(',');
const kWithinMs = 300_000;
const kLookMs = 25;
const kEnv = {
  DISPATCH_BATCH_SIZE: values.batch,
  DISPATCH_MAX_QUEUE: String(kUsers + kWarm),
  DISPATCH_TICK: 'off',
  WORKER_CONCURRENCY: values.concurrency,
  DATABASE_CONNECTIONS: String(Math.min(values.concurrency, 100)), // of Node: one for each round that runs
  ROUND_URL: '', // rounds do nothing
};

bench(async (here) => {
  const programs = await sides(here);
  const unknown = kSides.find((side) => !programs[side]);
  if (unknown) throw new Error(`no side "${unknown}": prisma, node or ours`);
  const stack = await startStack(here, kEnv);
  await addUsers(stack, kUsers + kWarm);
  const runs = Object.fromEntries(kSides.map((side) => [side, []]));
  for (let i = 0; i < kRuns; ++i)
    for (const side of kSides) {
      const figures = await measure(stack, programs[side]);
      here.note(`${side}: ${JSON.stringify(figures)}`);
      runs[side].push(figures);
    }
  const all = Object.fromEntries(kSides.map((side) => [side, medians(runs[side])]));
  const { ours, ...peers } = all;
  const settings = { users: kUsers, batch: Number(values.batch), concurrency: Number(values.concurrency), runs: kRuns };
  const besides = ours ? Object.entries(peers).map(([side, peer]) => [`ours_beside_${side}`, compared(peer, ours)]) : [];
  return { ...settings, ...all, ...Object.fromEntries(besides) };
});

/** Who runs the stack on each side: whose programs, and what they have in their environment. */
async function sides(here) {
  const found = { ours: { by: 'ours' }, node: { by: 'node' } };
  if (!kSides.includes('prisma')) return found;
  const generated = await generate();
  here.atEnd(generated.remove);
  return { ...found, prisma: { by: 'node', env: { PRISMA_CLIENT: generated.client } } };
}

/** One run of a side: programs of its own, on tables as they were at first. */
async function measure(stack, { by, env }) {
  await stack.redis.client.flushall();
  await stack.sql('TRUNCATE TABLE MonitorRound');
  await stack.sql(`UPDATE UserMonitorSchedule SET nextRunAt = UTC_TIMESTAMP(3) + INTERVAL 1 DAY, lastRunAt = NULL, lastStatus = NULL,
    lockedUntil = NULL, lockedBy = NULL`);
  await stack.sql('ANALYZE TABLE UserMonitorSchedule, User');
  const [web, worker] = [await stack.run(by, 'web', env), await stack.run(by, 'worker', env)];
  await everybody(stack, web, kWarm);

  const programs = { web: web.pid, worker: worker.pid, redis: stack.redis.pid, mariadb: stack.mariadb.pid };
  const cpu = () => Object.fromEntries(Object.entries(programs).map(([name, pid]) => [name, cpuMicroseconds(pid)]));
  const before = cpu();
  const seconds = await everybody(stack, web, kUsers);
  const after = cpu();
  const perRound = (name) => (after[name] - before[name]) / kUsers;
  const memory = memoryMb(web.pid, 'VmHWM') + memoryMb(worker.pid, 'VmHWM');
  await web.stop();
  await worker.stop();
  return {
    rounds_per_s: Math.round(kUsers / seconds),
    cpu_us_per_round: round(perRound('web') + perRound('worker')),
    dispatcher_cpu_us_per_round: round(perRound('web')),
    worker_cpu_us_per_round: round(perRound('worker')),
    redis_cpu_us_per_round: round(perRound('redis')),
    mariadb_cpu_us_per_round: round(perRound('mariadb')),
    memory_mb: round(memory),
  };
}

/** Makes `count` users due who were not yet, and has them dispatched and run: the seconds that it took. */
async function everybody(stack, web, count) {
  await stack.sql(
    `UPDATE UserMonitorSchedule SET nextRunAt = UTC_TIMESTAMP(3) - INTERVAL (CRC32(id) MOD 60000) * 1000 MICROSECOND
      WHERE lastRunAt IS NULL ORDER BY id LIMIT ?`,
    [count],
  );
  const begin = performance.now();
  let dispatched = 0;
  while (dispatched < count) dispatched += (await stack.dispatch(web)).dispatched;
  // Who is due or locked is within the hour; who has run, a day from now.
  const open = 'SELECT 1 FROM UserMonitorSchedule WHERE claimableAt < UTC_TIMESTAMP(3) + INTERVAL 1 HOUR LIMIT 1';
  await until('everybody has run', async () => (await stack.value(open)) === undefined, kWithinMs, kLookMs);
  const seconds = (performance.now() - begin) / 1000;
  await until('no job is left', async () => (await stack.queueStats()).active === 0);
  return seconds;
}

function medians(runs) {
  const names = Object.keys(runs[0]);
  const all = Object.fromEntries(names.map((name) => [name, median(runs.map((figures) => figures[name]))]));
  const rates = runs.map(({ rounds_per_s: rate }) => rate);
  return { ...all, rounds_per_s_spread: [Math.min(...rates), Math.max(...rates)] };
}

function compared(peer, ours) {
  return {
    times_rounds_per_s: round(ours.rounds_per_s / peer.rounds_per_s, 2),
    times_less_cpu: round(peer.cpu_us_per_round / ours.cpu_us_per_round, 2),
    times_less_mariadb_cpu: round(peer.mariadb_cpu_us_per_round / ours.mariadb_cpu_us_per_round, 2),
    times_less_redis_cpu: round(peer.redis_cpu_us_per_round / ours.redis_cpu_us_per_round, 2),
    times_less_memory: round(peer.memory_mb / ours.memory_mb, 2),
  };
}
