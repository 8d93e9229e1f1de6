// Does the worker in C++ stay as small as it is? Two million jobs through bullmq_add and one bullmq_work, 200 at once,
// while its resident memory is looked at each second. Jobs are added in portions and only while few wait, so that Redis
// stays small. `grew`: the median of the last fifth of the samples is more than 2 % and 1 MB above that of the second
// fifth; in the first fifth the worker gets to its size.
//
//   queue_soak.mjs [--jobs N]
import { parseArgs } from 'node:util';

import { bench, median, memoryMb, pause, round } from './support/bench.mjs';
import { QueueProgram, kJobData, kPrograms } from './support/queue_program.mjs';
import { RedisServer } from './support/redis.mjs';

const kPortion = 50_000;
const kMostWaiting = 100_000;
const kBulk = 1000;
const kConcurrency = 200;
const kQueue = 'soak';
const kEveryMs = 1_000;
const kWithinMs = 1_200_000;
const kPortionWithinMs = 120_000;

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2000000' } } });
const kJobs = Number(values.jobs);

bench(async (here) => {
  const redis = await RedisServer.start(here);
  const worker = new QueueProgram(here, kPrograms.cpp.work, redis, {
    queue: kQueue,
    count: kJobs,
    concurrency: kConcurrency,
    'delay-ms': 0,
  });
  const samples = [];
  const sampling = setInterval(() => samples.push(memoryOf(worker)), kEveryMs);
  here.atEnd(() => clearInterval(sampling));
  const [figures] = await Promise.all([worker.figures(kWithinMs), addAll(here, redis)]);
  const memory = samples.filter((sample) => sample !== undefined);
  const waiting = await waitingJobs(redis);
  if (figures.jobs !== kJobs || waiting !== 0) throw new Error(`${figures.jobs} of ${kJobs} worked, ${waiting} wait`);
  return {
    jobs: kJobs,
    concurrency: kConcurrency,
    seconds: round(figures.seconds),
    jobs_per_s: Math.round(figures.jobs_per_s),
    cpu_us_per_job: round(figures.cpu_us_per_job),
    samples: memory.length,
    first_rss_mb: round(memory.at(0)),
    last_rss_mb: round(memory.at(-1)),
    max_rss_mb: round(Math.max(...memory)),
    ...growth(memory),
  };
});

async function addAll(here, redis) {
  let added = 0;
  while (added < kJobs) {
    if ((await waitingJobs(redis)) > kMostWaiting) {
      await pause(100);
      continue;
    }
    const count = Math.min(kPortion, kJobs - added);
    const flags = { queue: kQueue, count, data: kJobData, bulk: kBulk };
    await new QueueProgram(here, kPrograms.cpp.add, redis, flags).figures(kPortionWithinMs);
    added += count;
    if (added % 500_000 === 0) here.note(`${added} jobs added`);
  }
}

const waitingJobs = (redis) => redis.command('LLEN', `bull:${kQueue}:wait`);

// A worker that has just ended has no memory.
function memoryOf(worker) {
  try {
    return memoryMb(worker.pid);
  } catch {
    return undefined;
  }
}

function growth(memory) {
  const fifth = Math.floor(memory.length / 5);
  if (fifth === 0) throw new Error(`${memory.length} samples are too few`);
  const early = median(memory.slice(fifth, 2 * fifth));
  const late = median(memory.slice(-fifth));
  return { growth_mb: round(late - early), grew: late - early > Math.max(1, 0.02 * early) };
}
