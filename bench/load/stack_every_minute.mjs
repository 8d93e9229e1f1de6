// 100,000 users on a one-minute interval, no monitors, three minutes, on the stack of the guide with the built-in ticker, all
// on one machine: lateness, memory, and the CPU of each part.
//
//   stack_every_minute.mjs [--users N] [--minutes N]
import { parseArgs } from 'node:util';

import { bench, cpuMicroseconds, memoryMb, pause, round } from './support/bench.mjs';
import { addUsers, latenessOf, startStack, timeLiteral } from './support/stack.mjs';

const kMinute = 60_000;
const kEnv = { DISPATCH_TICK: '1s', DISPATCH_BATCH_SIZE: '1000', WORKER_CONCURRENCY: '50' };
const { values } = parseArgs({
  options: { users: { type: 'string', default: '100000' }, minutes: { type: 'string', default: '3' } },
});
const [kUsers, kMinutes] = [values.users, values.minutes].map(Number);

bench(async (here) => {
  const stack = await startStack(here, kEnv);
  const begin = Date.now() + 20_000;
  const due = `${timeLiteral(begin)} + INTERVAL seq * ${(kMinute * 1000) / kUsers} MICROSECOND`;
  await addUsers(stack, kUsers, { intervalMinutes: 1, due });
  const [web, worker] = [await stack.run('ours', 'web'), await stack.run('ours', 'worker')];
  if (Date.now() > begin) throw new Error('the machine was too slow to begin in time');
  await pause(begin - Date.now());
  const programs = { web: web.pid, worker: worker.pid, redis: stack.redis.pid, mariadb: stack.mariadb.pid };
  const before = Object.values(programs).map(cpuMicroseconds);
  const end = begin + kMinutes * kMinute;
  await pause(end - Date.now());
  const cores = Object.keys(programs).map((name, at) => [
    name,
    round((cpuMicroseconds(programs[name]) - before[at]) / (kMinutes * kMinute * 1000), 2),
  ]);
  await pause(5_000);
  const memory = { web: memoryMb(web.pid, 'VmHWM'), worker: memoryMb(worker.pid, 'VmHWM') };
  const lateness = await latenessOf(stack, `slot < ${timeLiteral(end)}`);
  const [{ missed }] = await stack.sql('SELECT SUM(missed) AS missed FROM MonitorRound');
  await worker.stop();
  await web.stop();
  return {
    users: kUsers,
    minutes: kMinutes,
    rounds: lateness.rounds,
    missed_slots: Number(missed),
    p50_lateness_ms: lateness.p50,
    p99_lateness_ms: lateness.p99,
    max_lateness_ms: lateness.max,
    cores_used: Object.fromEntries(cores),
    web_peak_memory_mb: round(memory.web),
    worker_peak_memory_mb: round(memory.worker),
  };
});
