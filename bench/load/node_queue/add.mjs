// bullmq_add on Node: adds --warm and then --count jobs as the product's dispatcher does, and measures the latter.
//
//   add.mjs --redis URL --queue NAME --count N --data JSON [--bulk N] [--warm N] [--delays FROM-TO]
//
// --delays gives each job a delay of its own, evenly from FROM to TO milliseconds; bullmq_add has no such flag.
import { Queue } from 'bullmq';

import { Window, connect, flagsOf } from './program.mjs';

const kOptions = {
  attempts: 2,
  backoff: { type: 'exponential', delay: 5000 },
  removeOnComplete: { age: 86400, count: 500 },
  removeOnFail: { age: 604800, count: 200 },
};

const flags = flagsOf({ data: '{}', bulk: 1000, delays: '' });
const connection = connect(flags.redis);
const queue = new Queue(flags.queue, { connection });
await queue.waitUntilReady();

await add(flags.warm);
const window = new Window();
window.begin();
await add(flags.count);
window.end(flags.count);
await queue.close();
connection.disconnect();

async function add(count) {
  const data = JSON.parse(flags.data);
  const [from, to] = flags.delays.split('-').map(Number);
  const delayOf = (i) => Math.round(from + ((to - from) * i) / Math.max(1, count - 1));
  for (let first = 0; first < count; first += flags.bulk) {
    const length = Math.min(flags.bulk, count - first);
    const jobs = Array.from({ length }, (_, i) => ({
      name: 'monitor',
      data,
      opts: flags.delays ? { ...kOptions, delay: delayOf(first + i) } : kOptions,
    }));
    await queue.addBulk(jobs);
  }
}
