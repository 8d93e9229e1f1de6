// 10,000 users due within one second, on the stack of the guide with the built-in ticker: how late their rounds start.
import { until } from '../../tests/system/support/until.mjs';
import { bench, median } from './support/bench.mjs';
import { addUsers, latenessOf, startStack, timeLiteral } from './support/stack.mjs';

const kUsers = 10_000;
const kWaves = 3;
const kEnv = { DISPATCH_TICK: '1s', DISPATCH_BATCH_SIZE: '1000', WORKER_CONCURRENCY: '50' };

bench(async (here) => {
  const stack = await startStack(here, kEnv);
  await addUsers(stack, kUsers);
  await stack.run('ours', 'web');
  await stack.run('ours', 'worker');
  const waves = [];
  for (let i = 0; i < kWaves; ++i) waves.push(await wave(stack));
  return {
    users: kUsers,
    waves: kWaves,
    p50_start_ms: median(waves.map(({ p50 }) => p50)),
    p99_start_ms: median(waves.map(({ p99 }) => p99)),
    max_start_ms: Math.max(...waves.map(({ max }) => max)),
  };
});

// All slots within the second that begins two seconds from now.
async function wave(stack) {
  const from = Date.now() + 2_000;
  await stack.sql(`UPDATE UserMonitorSchedule
    SET nextRunAt = ${timeLiteral(from)} + INTERVAL (CRC32(id) MOD 1000) * 1000 MICROSECOND`);
  const where = `slot >= ${timeLiteral(from)} AND slot < ${timeLiteral(from + 1000)}`;
  const count = `SELECT COUNT(*) FROM MonitorRound WHERE ${where}`;
  await until('all rounds', async () => Number(await stack.value(count)) >= kUsers, 60_000, 200);
  return latenessOf(stack, where);
}
