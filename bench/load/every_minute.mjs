// 100,000 users on a one-minute interval, no monitors, three minutes: lateness and memory.
import { bench, latenessOf, memoryMb, pause, round } from './support/bench.mjs';
import { addCrowd } from './support/crowd.mjs';

const kUsers = 100_000;
const kMinute = 60_000;
const kMinutes = 3;
const kEnv = { DISPATCH_BATCH_SIZE: '1000', WORKER_CONCURRENCY: '1000' };

bench(async (here) => {
  await here.migrate();
  const begin = Date.now() + 15_000;
  await addCrowd(here.database, kUsers, { intervalMinutes: 1, slot: (i) => begin + (i / kUsers) * kMinute });
  const server = await here.start(kEnv);
  const until = begin + kMinutes * kMinute;
  await pause(Math.max(0, until + 3_000 - Date.now()));
  const memory = memoryMb(server.pid, 'VmHWM');
  await server.stop();
  const lateness = await latenessOf(here.database, `slot < ${until}`);
  const missed = await here.database.value('SELECT SUM(missed) FROM MonitorRound');
  return {
    users: kUsers,
    minutes: kMinutes,
    rounds: lateness.rounds,
    missed_slots: missed,
    p50_lateness_ms: lateness.p50,
    p99_lateness_ms: lateness.p99,
    max_lateness_ms: lateness.max,
    peak_memory_mb: round(memory),
  };
});
