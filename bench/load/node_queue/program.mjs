// What both programs share: their flags, and the figures of the measured window.
// ioredis is pinned to the version that BullMQ itself is tested with; 6.0.0 costs a tenth more CPU for a worked job.
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';

/** The flags as `{name: value}`. `own`: {name: default} beside those of both; a number or a boolean stays one. */
export function flagsOf(own) {
  const known = { redis: '', queue: '', count: 0, warm: 0, ...own };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, value]) => [name, { type: typeof value === 'boolean' ? 'boolean' : 'string' }]),
  );
  const { values } = parseArgs({ options });
  for (const [name, value] of Object.entries(values)) {
    known[name] = typeof known[name] === 'number' ? Number(value) : value;
  }
  if (!known.redis || !known.queue || !(known.count > 0)) throw new Error('--redis, --queue and --count are needed');
  return known;
}

export const connect = (url) => new Redis(url, { maxRetriesPerRequest: null });

/** From the first command to the last reply. */
export class Window {
  #startedAt;
  #cpu;

  begin() {
    process.stderr.write('measuring\n');
    this.#cpu = process.cpuUsage();
    this.#startedAt = performance.now();
  }

  /** The line of JSON. Memory is the most of the whole program, in MB of 10^6 bytes. */
  end(jobs, more = {}) {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const figures = {
      jobs,
      seconds,
      jobs_per_s: jobs / seconds,
      cpu_us_per_job: (user + system) / jobs,
      max_rss_mb: (process.resourceUsage().maxRSS * 1024) / 1e6,
      ...more,
    };
    console.log(JSON.stringify(figures));
  }
}
