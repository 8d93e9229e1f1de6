// 1,000 schedules spread over one minute, without monitors: how late rounds start over three minutes. And after a
// restart: how long until each of 1,000 overdue monitors was checked once.
import { bench, latenessOf, median, pause } from './support/bench.mjs';
import { addCrowd } from './support/crowd.mjs';
import { Nginx } from './support/nginx.mjs';

const kUsers = 1_000;
const kMinute = 60_000;
const kEnv = { PROBE_ALLOW: '127.0.0.0/8', DISPATCH_BATCH_SIZE: '1000', WORKER_CONCURRENCY: '50' };

bench(async (here) => {
  await here.migrate();
  const begin = Date.now() + 2_000;
  const nginx = await Nginx.start(here);
  await addCrowd(here.database, kUsers, {
    intervalMinutes: 1,
    slot: (i) => begin + (i / kUsers) * kMinute,
    url: () => nginx.url('/'),
  });
  await here.database.sql('UPDATE UserMonitor SET paused = 1');
  const server = await here.start(kEnv);
  const minutes = [];
  for (let minute = 1; minute <= 3; ++minute) {
    await pause(Math.max(0, begin + minute * kMinute + 1_000 - Date.now()));
    const of = `slot >= ${begin + (minute - 1) * kMinute} AND slot < ${begin + minute * kMinute}`;
    minutes.push(await latenessOf(here.database, of));
  }
  await server.stop();
  await here.database.sql('UPDATE UserMonitor SET paused = 0');
  const restarts = [];
  for (let i = 0; i < 3; ++i) restarts.push(await restart(here));
  return {
    schedules: kUsers,
    p50_lateness_ms: median(minutes.map(({ p50 }) => p50)),
    p99_lateness_ms: median(minutes.map(({ p99 }) => p99)),
    max_lateness_ms: Math.max(...minutes.map(({ max }) => max)),
    rounds: minutes.reduce((sum, { rounds }) => sum + rounds, 0),
    restart_all_checked_ms: median(restarts),
    restarts,
  };
});

// Everybody is overdue; milliseconds from exec until the last monitor was checked.
async function restart(here) {
  const execAt = Date.now();
  await here.database.sql(`UPDATE UserMonitorSchedule SET nextRunAt = ${execAt} - nextRunAt % ${kMinute}, intervalMinutes = 1440`);
  const server = await here.start(kEnv);
  const checks = `SELECT COUNT(DISTINCT monitorId) >= ${kUsers} FROM MonitorCheck WHERE at >= ${execAt}`;
  await here.database.until('every monitor checked', checks, 30_000);
  await server.kill();
  const last = await here.database.value(`SELECT MAX(at + totalUs / 1000) FROM MonitorCheck WHERE at >= ${execAt}`);
  return last - execAt;
}
