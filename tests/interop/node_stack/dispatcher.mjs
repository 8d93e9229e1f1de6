// The guide's Dispatcher on Node: POST /api/cron/one-click-start with x-cron-secret finds the users who are due, locks
// them and adds a job for each.
import { createServer } from 'node:http';

import { Schedules } from './schedules.mjs';
import { Queue, closeOnSignal, kQueue, redisConnection, sayReady, settings } from './settings.mjs';

const kJobOptions = {
  attempts: 2,
  backoff: { type: 'exponential', delay: 5000 },
  removeOnComplete: { age: 86400, count: 500 },
  removeOnFail: { age: 604800, count: 200 },
};

const schedules = new Schedules();
const queue = new Queue(kQueue, { connection: redisConnection() });
queue.on('error', (error) => console.error(error.message));

const idOf = (userId) => `monitor-${userId}`;

function jobOf({ userId, email, intervalMinutes, nextRunAt }) {
  const data = { userId, userEmail: email, intervalMinutes, scheduledAt: nextRunAt.toISOString() };
  return { name: 'monitor', data, opts: { ...kJobOptions, jobId: idOf(userId) } };
}

async function dispatch() {
  const due = await schedules.lockDue(settings.batchSize);
  // As long as the finished job of an earlier round is kept, one with the same id would be taken for it, and not be run.
  await Promise.all(due.filter(({ lastRunAt }) => lastRunAt).map(({ userId }) => queue.remove(idOf(userId))));
  if (due.length > 0) await queue.addBulk(due.map(jobOf));
  const userIds = due.map(({ userId }) => userId);
  const remaining = await schedules.countDue();
  return { mode: 'dispatch', dispatched: userIds.length, userIds, remaining, executedAt: new Date().toISOString() };
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const server = createServer(async (request, response) => {
  request.resume();
  if (request.method !== 'POST' || request.url !== '/api/cron/one-click-start')
    return answer(response, 404, { success: false, error: 'not found' });
  if (!settings.cronSecret || request.headers['x-cron-secret'] !== settings.cronSecret)
    return answer(response, 401, { success: false, error: 'unauthorized' });
  try {
    answer(response, 200, { success: true, data: await dispatch() });
  } catch (error) {
    console.error(error);
    answer(response, 500, { success: false, error: error.message });
  }
});

await queue.waitUntilReady();
server.listen(settings.port, '127.0.0.1', () => sayReady('web'));
closeOnSignal(async () => {
  await new Promise((done) => {
    server.close(done);
    server.closeIdleConnections();
  });
  await queue.close();
  await schedules.close();
});
