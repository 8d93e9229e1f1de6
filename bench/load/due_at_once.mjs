// 10,000 users due within one second, one HTTP monitor each: how late rounds start, and whether any is checked twice.
import { bench, latenessOf, median } from './support/bench.mjs';
import { addCrowd } from './support/crowd.mjs';
import { Nginx } from './support/nginx.mjs';

const kUsers = 10_000;
const kIntervalMinutes = 60;
const kPatienceMs = 60_000;
const kEnv = { PROBE_ALLOW: '127.0.0.0/8', DISPATCH_BATCH_SIZE: '1000', WORKER_CONCURRENCY: '200' };

bench(async (here) => {
  const nginx = await Nginx.start(here, { log: true });
  await here.migrate();
  await addCrowd(here.database, kUsers, {
    intervalMinutes: kIntervalMinutes,
    slot: () => Date.now() + 3_600_000,
    url: (i) => nginx.url(`/${i}`),
  });
  const server = await here.start(kEnv);
  const waves = [];
  for (let i = 0; i < 3; ++i) waves.push(await wave(here));
  await server.stop();

  const requests = await nginx.requests();
  const perPath = new Map();
  for (const path of requests) perPath.set(path, (perPath.get(path) ?? 0) + 1);
  const twice = [...perPath.values()].filter((times) => times > waves.length).length;
  const up = await here.database.value("SELECT COUNT(*) FROM MonitorCheck WHERE verdict = 'up'");
  return {
    users: kUsers,
    p99_start_ms: median(waves.map(({ p99 }) => p99)),
    max_start_ms: median(waves.map(({ max }) => max)),
    waves: waves.length,
    checks_up: up,
    checked_twice: twice,
    never_checked: kUsers - perPath.size,
  };
});

// All slots within the second that begins two seconds from now.
async function wave(here) {
  const from = Date.now() + 2_000;
  const spread = `(ROW_NUMBER() OVER (ORDER BY userId)) * 1000 / ${kUsers + 1}`;
  await here.database.sql(`CREATE TEMP TABLE due AS SELECT userId, ${from} + ${spread} AS slot FROM UserMonitorSchedule;
    CREATE INDEX temp.due_idx ON due (userId);
    UPDATE UserMonitorSchedule SET nextRunAt = (SELECT slot FROM due d WHERE d.userId = UserMonitorSchedule.userId);`);
  const where = `slot >= ${from} AND slot < ${from + 1000}`;
  await here.database.until('all rounds', `SELECT COUNT(*) >= ${kUsers} FROM MonitorRound WHERE ${where}`, kPatienceMs);
  return latenessOf(here.database, where);
}
