// A worker on Node in a process of its own, for tests that kill it:
//
//   node_worker.mjs PACKAGE PORT QUEUE OPTIONS
//
// Says its events as lines of JSON, as the peer does.
import { processorOf } from './processor.mjs';

const [name, port, queue, options] = process.argv.slice(2);
const bullmq = await import(name);
const say = (event) => console.log(JSON.stringify(event));
const connection = { host: '127.0.0.1', port: Number(port) };
const worker = new bullmq.Worker(queue, processorOf(bullmq), { connection, ...JSON.parse(options) });
worker.on('error', (error) => say({ event: 'error', what: error.message }));
worker.on('active', (job) => say({ event: 'active', job: job.id }));
worker.on('completed', (job) => say({ event: 'completed', job: job.id }));
worker.on('stalled', (job) => say({ event: 'stalled', job }));
