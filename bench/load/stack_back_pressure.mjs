// Five times as many users as the workers can run, on the stack of the guide: how many jobs there are for one round. What is
// claimed and not started within DISPATCH_LOCK_TTL is claimed again, and its first job was in vain.
import { setTimeout as pause } from 'node:timers/promises';

import { bench, round } from './support/bench.mjs';
import { startStack } from './support/stack.mjs';

const kUsers = 6_000;
const kRoundMs = 200;
const kMinutes = 4;
const kEnv = { DISPATCH_TICK: '1s', DISPATCH_BATCH_SIZE: '200', DISPATCH_LOCK_TTL: '60s', WORKER_CONCURRENCY: '4' };

bench(async (here) => {
  const stack = await startStack(here, kEnv);
  await stack.sql(`INSERT INTO User (id, email) SELECT CONCAT('user', seq), CONCAT('user', seq, '@example.org') FROM seq_1_to_${kUsers}`);
  await stack.sql('INSERT INTO UserMonitorSchedule (id, userId, intervalMinutes) SELECT CONCAT("s-", id), id, 1 FROM User');
  await stack.sql(
    `INSERT INTO UserMonitor (userId, id, position, name, kind, config, stateSince, createdAt, updatedAt)
      SELECT id, 'm1', 0, 'target', 'http', ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM User`,
    [JSON.stringify({ url: stack.target.url('/ours/') })],
  );
  stack.target.delay(kRoundMs);
  await stack.run('ours', 'web');
  await stack.run('ours', 'worker');
  let deepest = 0;
  for (const end = Date.now() + kMinutes * 60_000; Date.now() < end; await pause(500))
    deepest = Math.max(deepest, (await stack.queueStats()).waiting);
  const finished = await stack.redis.client.hget('bull:monitor-user-tasks:metrics:completed', 'count');
  const rounds = Number(await stack.value('SELECT COUNT(*) FROM MonitorRound'));
  return {
    users: kUsers,
    rounds,
    rounds_per_s: round(rounds / kMinutes / 60),
    jobs_per_round: round(Number(finished) / rounds, 3),
    deepest_queue: deepest,
  };
});
