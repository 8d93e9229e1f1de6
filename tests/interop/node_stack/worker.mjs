// The guide's Worker on Node: works the jobs of the queue, and writes the row of each user's schedule.
import { Schedules } from './schedules.mjs';
import { Worker, closeOnSignal, kQueue, redisConnection, sayReady, settings } from './settings.mjs';

const schedules = new Schedules();

// What the application does for a user; here one request, or nothing.
async function runRound(userId) {
  if (!settings.roundUrl) return;
  const answer = await fetch(settings.roundUrl + userId);
  await answer.text();
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}

async function work({ data: { userId } }) {
  const schedule = await schedules.find(userId);
  if (!schedule?.enabled) return 'not enabled';
  const { intervalMinutes } = schedule;
  const begin = performance.now();
  const done = (result) => schedules.finish(userId, { ...result, durationMs: Math.round(performance.now() - begin), intervalMinutes });
  try {
    await runRound(userId);
  } catch (error) {
    await done({ status: 'failed', error: error.message });
    throw error;
  }
  await done({ status: 'success' });
  return 'success';
}

const worker = new Worker(kQueue, work, {
  connection: redisConnection(),
  concurrency: settings.concurrency,
  lockDuration: settings.jobLockMs,
  stalledInterval: settings.jobLockMs,
});
worker.on('error', (error) => console.error(error.message));
worker.on('failed', (job, error) => console.error(`${job?.id} failed: ${error.message}`));

await worker.waitUntilReady();
sayReady('worker');
closeOnSignal(async () => {
  await worker.close();
  await schedules.close();
});
