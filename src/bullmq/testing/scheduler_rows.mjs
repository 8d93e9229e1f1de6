#!/usr/bin/env node
// scheduler_rows.mjs REDIS_PORT > scheduler_rows.h: what the Node library writes for job schedulers, at fixed times.
// The server is emptied. Run it in a folder whose node_modules have bullmq; its version is in the first line.
import { createRequire } from 'node:module';
import { argv, cwd, exit } from 'node:process';

const require = createRequire(`${cwd()}/`);
const { Job, JobScheduler, Queue } = require('bullmq');
const Redis = require('ioredis');

const kStart = 1_700_000_000_000;
const kSecond = kStart + 70_000; // when the first job is taken
const kRows = {
  every: [{ every: 60_000 }],
  offset: [
    { every: 60_000, limit: 5, offset: 1000, endDate: kStart + 1e9 },
    {
      name: 'nm',
      data: { a: 1 },
      opts: {
        attempts: 3,
        backoff: { type: 'fixed', delay: 10 },
        priority: 5,
        removeOnComplete: { count: 10 },
        removeOnFail: true,
        keepLogs: 3,
      },
    },
  ],
  start: [{ every: 60_000, limit: 5, startDate: kStart + 1e7 }, { opts: { deduplication: { id: 'x' } } }],
  cron: [
    { pattern: '0 0 12 * * *', tz: 'Asia/Shanghai', limit: 5 },
    { name: 'nm', data: [1], opts: { attempts: 3, lifo: true } },
  ],
};

const connection = { host: '127.0.0.1', port: Number(argv[2]) };
const redis = new Redis(connection);
await redis.flushall();
const queue = new Queue('n', { connection });
const scheduler = new JobScheduler('n', { connection });
await queue.waitUntilReady();

async function hash(key) {
  const fields = Object.entries(await redis.hgetall(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, value]) => `${name}=${value}\n`).join('');
}
const raw = (text) => `R"(${text})"`;

console.log(`// Written by scheduler_rows.mjs with bullmq ${require('bullmq/package.json').version}.
#pragma once

namespace watchbill::bullmq::testing {

// Hashes as lines "field=value", fields sorted.
struct SchedulerRow {
  const char* id;
  const char* scheduler;  // after it was added at 1700000000000
  const char* first_id;
  const char* first;
  const char* next_id;  // added at 1700000070000, when the first was taken
  const char* next;
};

// clang-format off
constexpr SchedulerRow kSchedulerRows[] = {`);
for (const [id, [repeat, template]] of Object.entries(kRows)) {
  Date.now = () => kStart;
  const first = await queue.upsertJobScheduler(id, repeat, template);
  const taken = await Job.fromId(queue, first.id);
  const cells = [id, await hash(`bull:n:repeat:${id}`), first.id, await hash(`bull:n:${first.id}`)];
  Date.now = () => kSecond;
  const next = await scheduler.upsertJobScheduler(id, taken.opts.repeat, taken.name, taken.data, taken.opts, {
    override: false,
    producerId: taken.id,
  });
  cells.push(next.id, await hash(`bull:n:${next.id}`));
  console.log(`    {${cells.map(raw).join(',\n     ')}},`);
}
console.log(`};
// clang-format on

}  // namespace watchbill::bullmq::testing`);
exit(0);
