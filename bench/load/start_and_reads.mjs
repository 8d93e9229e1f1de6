// From exec to ready (median of ten), memory of an idle server, and reads of the interface a second with the server on
// one core and wrk on the other.
import { execFileSync } from 'node:child_process';

import { Household } from '../../tests/system/support/household.mjs';
import { bench, median, memoryMb, pause, round, run } from './support/bench.mjs';

const kStarts = 10;
const kIdleMs = 3_000;

bench(async (here) => {
  await here.migrate();
  const user = await new Household(here.database).one({ monitors: 10, url: () => 'http://192.0.2.1/' });
  const starts = [];
  for (let i = 0; i < kStarts; ++i) {
    const server = await here.start();
    starts.push(server.readyAt - server.startedAt);
    await server.stop();
  }
  const server = await here.start({});
  await pause(kIdleMs);
  const memory = memoryMb(server.pid);
  const reads = [];
  execFileSync('taskset', ['-a', '-p', '-c', '0', String(server.pid)], { stdio: 'ignore' });
  for (let i = 0; i < 3; ++i) reads.push(await readsPerSecond(`${server.url}/api/v1/schedule`, user));
  const dashboard = await readsPerSecond(`${server.url}/api/v1/monitors`, user);
  return {
    ready_ms: round(median(starts)),
    idle_memory_mb: round(memory),
    api_reads_per_s: Math.round(median(reads)),
    dashboard_reads_per_s: Math.round(dashboard),
  };
});

async function readsPerSecond(url, user) {
  const words = ['-c', '1', 'wrk', '-t1', '-c32', '-d5s', '-H', `Authorization: Bearer ${user.token}`, url];
  const { stdout } = await run(words, { program: 'taskset', withinMs: 30_000 });
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
}
