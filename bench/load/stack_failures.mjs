// What a worker's end costs its users on the stack of the guide, with all times as they are by default and cron calling once a
// minute: two workers, rounds of a hundred checks that wait for their target. Milliseconds from the end of one worker until the last of its
// users was recorded by the other one:
//
//   killed    kill -9 in the middle of rounds
//   stopped   TERM in the middle of rounds that do not end within the grace: from the end of the process
import { setTimeout as pause } from 'node:timers/promises';

import { until } from '../../tests/system/support/until.mjs';
import { bench } from './support/bench.mjs';
import { startStack } from './support/stack.mjs';

const kUsers = 20;
const kMonitors = 100; // ten at once, ten seconds each: a round lasts longer than a lease
const kCronEveryMs = 60_000;
const kEnv = { WORKER_CONCURRENCY: '10' };

bench(async (here) => {
  const stack = await startStack(here, kEnv);
  const users = await stack.addUsers(kUsers, { intervalMinutes: 1440 });
  await stack.sql(`INSERT INTO UserMonitor (userId, id, position, name, kind, config, stateSince, createdAt, updatedAt)
    SELECT userId, CONCAT('n', seq), seq, CONCAT('target ', seq), kind, config, stateSince, createdAt, updatedAt
      FROM UserMonitor, seq_2_to_${kMonitors}`);
  const web = await stack.run('ours', 'web');
  const cron = setInterval(() => stack.dispatch(web).catch(() => {}), kCronEveryMs);
  try {
    const killed = await loseWorker(stack, web, users, (worker) => worker.kill());
    const stopped = await loseWorker(stack, web, users, (worker) => worker.stop(30_000));
    return { users: kUsers, killed, stopped };
  } finally {
    clearInterval(cron);
  }
});

/** A worker ends by `end` while all its rounds wait for their target; the other one was started just before. */
async function loseWorker(stack, web, users, end) {
  await stack.sql('TRUNCATE TABLE MonitorRound');
  stack.target.hold('/ours/');
  const from = stack.target.hits.items.length;
  const lost = await stack.run('ours', 'worker', { WORKER_CONCURRENCY: String(kUsers) });
  await stack.makeDue();
  await stack.dispatch(web);
  const asked = () => stack.target.hits.items.length - from >= users.length;
  await until('every target was asked', asked, 10_000);
  const other = await stack.run('ours', 'worker', { WORKER_CONCURRENCY: String(kUsers) });
  await pause(25_000); // leases and locks were renewed
  const stopping = end(lost);
  await stopping;
  const endedAt = performance.now();
  stack.target.release('/ours/');
  const count = 'SELECT COUNT(DISTINCT userId) FROM MonitorRound';
  await until('everybody has run', async () => Number(await stack.value(count)) === users.length, 180_000, 20);
  const recorded = performance.now() - endedAt;
  const [{ rounds }] = await stack.sql('SELECT COUNT(*) AS rounds FROM MonitorRound');
  await other.stop();
  return { until_all_recorded_ms: Math.round(recorded), rounds: Number(rounds) };
}
