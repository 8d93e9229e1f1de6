// What both programs read from the environment: the keys of the guide, and a few of the tests.

const env = process.env;

export const kQueue = 'monitor-user-tasks';

/** BullMQ, of the version that is wanted. */
export const { Queue, Worker } = await import(env.BULLMQ_PACKAGE ?? 'bullmq');

export const settings = {
  port: Number(env.PORT ?? 0),
  cronSecret: env.CRON_SECRET,
  batchSize: Number(env.DISPATCH_BATCH_SIZE ?? 20),
  lockOwner: env.LOCK_OWNER ?? 'dispatcher',
  lockTtlMs: Number(env.DISPATCH_LOCK_TTL ?? 900_000),
  concurrency: Number(env.WORKER_CONCURRENCY ?? 2),
  // BullMQ's lock of a job; a worker that died loses its jobs after it.
  jobLockMs: Number(env.WORKER_LOCK_TTL ?? 30_000),
  connections: Number(env.DATABASE_CONNECTIONS ?? 10),
  // What a round asks for, with the user's id at its end; without it a round does nothing.
  roundUrl: env.ROUND_URL,
  // The client that `prisma generate` made; without it the table is read and written by SQL.
  prismaClient: env.PRISMA_CLIENT,
};

/** For BullMQ: it makes the connections that it wants. */
export function redisConnection() {
  const { hostname, port } = new URL(env.REDIS_URL);
  return { host: hostname, port: Number(port || 6379), maxRetriesPerRequest: null };
}

/** For a pool of connections; times are UTC. */
export function databaseAccount() {
  const url = new URL(env.DATABASE_URL);
  return {
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password) || undefined,
    database: url.pathname.slice(1),
    timezone: 'Z',
    connectionLimit: settings.connections,
  };
}

/** Said once it works, in one line as watchbill says it. */
export const sayReady = (mode) => console.log(JSON.stringify({ event: 'ready', mode }));

/** Runs `close` on the first SIGINT or SIGTERM; the process ends when nothing is left to do. */
export function closeOnSignal(close) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, close);
}
