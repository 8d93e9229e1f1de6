// bullmq_work on Node: works --warm jobs, so that the compiler has seen the code, and then measures --count of them.
//
//   work.mjs --redis URL --queue NAME --count N --concurrency N --delay-ms N [--warm N] [--lateness]
//
// Each job waits --delay-ms and does nothing else. --lateness adds "lateness_ms": start minus (timestamp + delay).
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'bullmq';

import { percentile } from '../support/figures.mjs';
import { Window, connect, flagsOf } from './program.mjs';

const flags = flagsOf({ concurrency: 1, 'delay-ms': 0, lateness: false });
const connection = connect(flags.redis);
const lateness = [];
const worker = new Worker(flags.queue, flags.lateness ? workLate : work, {
  connection,
  concurrency: flags.concurrency,
  autorun: false,
});
await worker.waitUntilReady();

const window = new Window();
let completed = 0;
const all = new Promise((done, failed) => {
  worker.on('error', failed);
  worker.on('failed', (job, error) => failed(error));
  worker.on('completed', () => {
    ++completed;
    if (completed === flags.warm) window.begin();
    if (completed === flags.warm + flags.count) done();
  });
});
if (flags.warm === 0) window.begin();
const running = worker.run();
await all;
window.end(flags.count, flags.lateness ? { lateness_ms: latenessOf() } : {});
await worker.close();
await running;
connection.disconnect();

async function work() {
  if (flags['delay-ms'] > 0) await pause(flags['delay-ms']);
}

// BullMQ sets the delay of a job to 0 when it is due; its options keep what was asked for.
function workLate(job) {
  lateness.push(Date.now() - job.timestamp - (job.opts.delay ?? 0));
  return work();
}

function latenessOf() {
  const measured = lateness.slice(flags.warm);
  return { p50: percentile(measured, 50), p99: percentile(measured, 99) };
}
