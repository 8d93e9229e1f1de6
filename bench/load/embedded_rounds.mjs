// Rounds a second, claim to committed finish, with a million schedules in the table: all of them overdue, none has a
// monitor. Median of three runs.
import { bench, median, pause } from './support/bench.mjs';
import { addCrowd } from './support/crowd.mjs';

const kSchedules = 1_000_000;
const kDayMinutes = 1440;
const kWarmUpMs = 2_000;
const kWindowMs = 6_000; // three runs must not come to the end of the table
const kEnv = { DISPATCH_BATCH_SIZE: '2000', WORKER_CONCURRENCY: '2000', DISPATCH_MAX_QUEUE: '8000' };

bench(async (here) => {
  await here.migrate();
  // Slots over the whole day that has just passed, as phases lie.
  const start = Date.now() - kDayMinutes * 60_000;
  await addCrowd(here.database, kSchedules, {
    intervalMinutes: kDayMinutes,
    slot: (i) => start + (i / kSchedules) * kDayMinutes * 60_000,
  });
  const runs = [];
  for (let i = 0; i < 3; ++i) runs.push(await measure(here));
  return { schedules: kSchedules, rounds_per_s: Math.round(median(runs)), runs: runs.map(Math.round) };
});

// Each run takes on where the one before was stopped.
async function measure(here) {
  const server = await here.start(kEnv);
  const from = Date.now() + kWarmUpMs;
  await pause(kWarmUpMs + kWindowMs);
  await server.stop();
  const rounds = await here.database.value(
    `SELECT COUNT(*) FROM MonitorRound WHERE finishedAt >= ${from} AND finishedAt < ${from + kWindowMs}`,
  );
  here.note(`${Math.round(rounds / (kWindowMs / 1000))} rounds/s`);
  return rounds / (kWindowMs / 1000);
}
