// BullMQ in C++ beside BullMQ on Node: the same jobs, the same Redis, in turns; medians of the runs.
//
//   add         jobs of the product's shape added in bulk
//   work_N      jobs that do nothing, worked N at once
//   delayed     an idle queue gets jobs each with a delay of its own: how late they start, against timestamp + delay
//
// For each side: jobs/s with the least and the most of the runs, CPU of the program and of Redis for one job, the share
// of one core that Redis used meanwhile, the most memory. Node's code is warmed before it is measured.
//
//   queue_jobs.mjs [--jobs N] [--jobs-alone N] [--runs N] [--warm N]     jobs-alone: at concurrency 1
import { deepStrictEqual } from 'node:assert';
import { parseArgs } from 'node:util';

import { until } from '../../tests/system/support/until.mjs';
import { bench, median, round } from './support/bench.mjs';
import { QueueProgram, kJobData, kPrograms, packageVersion } from './support/queue_program.mjs';
import { RedisServer } from './support/redis.mjs';

const kBulk = 1000;
const kKept = 500; // of the completed jobs, by removeOnComplete
const kConcurrencies = [1, 50, 200];
const kDelayed = { count: 200, delays: '50-2000' };
const kQueue = 'bench';
const kWithinMs = 300_000; // one run of one program

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100000' },
    'jobs-alone': { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
    warm: { type: 'string', default: '5000' },
  },
});
const kJobs = Number(values.jobs);
const kJobsAlone = Number(values['jobs-alone']);
const kRuns = Number(values.runs);
const kWarm = { cpp: 0, node: Number(values.warm) };

bench(async (here) => {
  const versions = { node: process.version, bullmq: packageVersion('bullmq'), ioredis: packageVersion('ioredis') };
  const redis = await RedisServer.start(here);
  const table = new Table();
  for (let run = 0; run < kRuns; ++run) {
    // Who goes first changes, so that a machine that gets slower is unjust to nobody.
    const sides = run % 2 === 0 ? ['cpp', 'node'] : ['node', 'cpp'];
    for (const concurrency of kConcurrencies) {
      for (const side of sides) await addAndWork(new Side(here, redis, side, table), concurrency);
    }
    for (const side of sides) await delayed(new Side(here, redis, side, table));
  }
  return {
    jobs: kJobs,
    jobs_alone: kJobsAlone,
    runs: kRuns,
    add: table.compared('add'),
    ...Object.fromEntries(kConcurrencies.map((n) => [`work_${n}`, table.compared(`work_${n}`)])),
    delayed: { jobs: kDelayed.count, cpp: table.lateness('cpp'), node: table.lateness('node') },
    versions: { ...versions, redis: await redis.info('server', 'redis_version') },
  };
});

async function addAndWork(side, concurrency) {
  const count = concurrency === 1 ? kJobsAlone : kJobs;
  await side.redis.command('FLUSHALL', 'SYNC');
  const added = await side.add({ count, ...side.warm });
  if (concurrency !== 1) side.took('add', added);
  await side.expectCounts({ wait: count + kWarm[side.name], completed: 0 });
  await side.expectSameJob();
  side.took(`work_${concurrency}`, await side.work({ count, concurrency, ...side.warm }));
  await side.expectCounts({ wait: 0, completed: Math.min(kKept, count + kWarm[side.name]) });
}

// The jobs of both sides are added by Node, while the worker waits.
async function delayed(side) {
  await side.redis.command('FLUSHALL', 'SYNC');
  if (kWarm[side.name] > 0) await side.add({ count: kWarm[side.name] });
  const { count } = kDelayed;
  const working = side.start('work', { count, concurrency: 50, 'delay-ms': 0, lateness: true, ...side.warm });
  const adding = { queue: kQueue, data: kJobData, ...kDelayed };
  const isIdle = async () => (await side.redis.info('clients', 'blocked_clients')) === '1';
  await until('the worker waits for jobs', isIdle, 60_000, 100);
  await new QueueProgram(side.here, kPrograms.node.add, side.redis, adding).figures(kWithinMs);
  side.took('delayed', await working.figures(60_000));
}

class Side {
  constructor(here, redis, name, table) {
    Object.assign(this, { here, redis, name, table });
    this.warm = kWarm[name] > 0 ? { warm: kWarm[name] } : {};
  }

  start(what, flags) {
    return new QueueProgram(this.here, kPrograms[this.name][what], this.redis, { queue: kQueue, ...flags });
  }

  add(flags) {
    return this.start('add', { data: kJobData, bulk: kBulk, ...flags }).figures(kWithinMs);
  }

  work(flags) {
    return this.start('work', { 'delay-ms': 0, ...flags }).figures(kWithinMs);
  }

  took(what, figures) {
    this.table.add(what, this.name, figures);
    const { jobs_per_s: rate, cpu_us_per_job: cpu, lateness_ms: late } = figures;
    const text = late ? `late p50 ${late.p50} ms, p99 ${late.p99} ms` : `${Math.round(rate)} jobs/s, ${round(cpu)} µs`;
    this.here.note(`${what.padEnd(8)} ${this.name.padEnd(4)} ${text}`);
  }

  /** Nothing was lost, left over or failed. */
  async expectCounts(expected) {
    const { redis } = this;
    const key = (state) => `bull:${kQueue}:${state}`;
    const counts = {
      wait: await redis.command('LLEN', key('wait')),
      active: await redis.command('LLEN', key('active')),
      completed: await redis.command('ZCARD', key('completed')),
      failed: await redis.command('ZCARD', key('failed')),
      delayed: await redis.command('ZCARD', key('delayed')),
    };
    deepStrictEqual(counts, { active: 0, failed: 0, delayed: 0, ...expected }, `${this.name}: the queue holds other jobs`);
  }

  /** Both sides add the same: a lighter job would be an advantage. */
  async expectSameJob() {
    const { name, data, opts } = await this.redis.command('HGETALL', `bull:${kQueue}:1`);
    const job = { name, data: JSON.parse(data), opts: JSON.parse(opts) };
    this.table.job ??= job;
    deepStrictEqual(job, this.table.job, 'the sides add different jobs');
  }
}

/** The figures of all runs. */
class Table {
  #rows = new Map();

  add(what, side, figures) {
    const key = `${what} ${side}`;
    this.#rows.set(key, [...(this.#rows.get(key) ?? []), figures]);
  }

  /** Both sides and how many times better C++ is. */
  compared(what) {
    const cpp = this.#medians(what, 'cpp');
    const node = this.#medians(what, 'node');
    return {
      cpp,
      node,
      times_jobs_per_s: round(cpp.jobs_per_s / node.jobs_per_s, 2),
      times_less_cpu: round(node.cpu_us_per_job / cpp.cpu_us_per_job, 2),
      times_less_redis_cpu: round(node.redis_cpu_us_per_job / cpp.redis_cpu_us_per_job, 2),
      times_less_memory: round(node.max_rss_mb / cpp.max_rss_mb, 2),
    };
  }

  lateness(side) {
    const of = (name) => this.#rows.get(`delayed ${side}`).map(({ lateness_ms: lateness }) => lateness[name]);
    return { p50_ms: median(of('p50')), p99_ms: median(of('p99')), p99_ms_spread: spread(of('p99')) };
  }

  #medians(what, side) {
    const rows = this.#rows.get(`${what} ${side}`);
    const each = (value) => rows.map(value);
    const rates = each(({ jobs_per_s: rate }) => Math.round(rate));
    const cpus = each(({ cpu_us_per_job: cpu }) => round(cpu));
    return {
      jobs_per_s: median(rates),
      jobs_per_s_spread: spread(rates),
      cpu_us_per_job: median(cpus),
      cpu_us_per_job_spread: spread(cpus),
      redis_cpu_us_per_job: round(median(each(({ redis_cpu_us: cpu, jobs }) => cpu / jobs))),
      redis_cpu_share: round(median(each(({ redis_cpu_us: cpu, seconds }) => cpu / (seconds * 1e6))), 2),
      max_rss_mb: round(median(each(({ max_rss_mb: memory }) => memory))),
    };
  }
}

function spread(values) {
  return [Math.min(...values), Math.max(...values)];
}
