// CPU of one recorded HTTP check over a fresh connection, users with ten monitors and with one, beside Debian's
// prometheus-blackbox-exporter on the same target: as fast as each can with 50 at once, and at 200 checks a second.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';

import { until } from '../../tests/system/support/until.mjs';
import { bench, cpuMicroseconds, freePort, median, pause, round, run } from './support/bench.mjs';
import { addCrowd } from './support/crowd.mjs';
import { Nginx } from './support/nginx.mjs';

const kChecks = 20_000;
const kAtOnce = 50;
const kMonitors = 10; // of one user, all checked at once
const kRate = 200;
const kWindowMs = 10_000;
const kRuns = 3;
const kEnv = { PROBE_ALLOW: '127.0.0.0/8', DISPATCH_BATCH_SIZE: '500' };

bench(async (here) => {
  const nginx = await Nginx.start(here);
  const exporter = await Exporter.start(here);
  const runs = { ten: [], one: [], paced: [], exporter: [], exporterPaced: [] };
  for (let i = 0; i < kRuns; ++i) {
    runs.ten.push(await saturated(here, nginx, kMonitors));
    runs.one.push(await saturated(here, nginx, 1));
    runs.exporter.push(await exporter.saturated(nginx));
    runs.paced.push(await paced(here, nginx));
    runs.exporterPaced.push(await exporter.paced(nginx));
  }
  const cpu = (of) => round(median(of.map(({ cpuUs }) => cpuUs)));
  const rate = (of) => Math.round(median(of.map(({ rate: perSecond }) => perSecond)));
  return {
    at_once: kAtOnce,
    cpu_us_per_check: cpu(runs.ten),
    checks_per_s: rate(runs.ten),
    one_monitor_cpu_us_per_check: cpu(runs.one),
    one_monitor_checks_per_s: rate(runs.one),
    exporter_cpu_us_per_check: cpu(runs.exporter),
    exporter_checks_per_s: rate(runs.exporter),
    times_less_cpu: round(cpu(runs.exporter) / cpu(runs.ten)),
    paced_checks_per_s: kRate,
    paced_cpu_us_per_check: cpu(runs.paced),
    paced_exporter_cpu_us_per_check: cpu(runs.exporterPaced),
    paced_times_less_cpu: round(cpu(runs.exporterPaced) / cpu(runs.paced)),
  };
});

// Everybody is due at once.
const saturated = (here, nginx, monitors) => ours(here, nginx, { monitors, users: kChecks / monitors, apartMs: 0 });

// One user after the other, as phases lie.
function paced(here, nginx) {
  const apartMs = (kMonitors * 1000) / kRate;
  return ours(here, nginx, { monitors: kMonitors, users: kWindowMs / apartMs, apartMs });
}

// A database and a process of its own; CPU from the first slot to the last recorded round.
async function ours(here, nginx, { monitors, users, apartMs }) {
  await here.clear();
  await here.migrate();
  const from = Date.now() + 4_000;
  const slot = (i) => from + i * apartMs;
  await addCrowd(here.database, users, { intervalMinutes: 1440, slot, url: () => nginx.url('/'), monitors });
  const server = await here.start({ ...kEnv, WORKER_CONCURRENCY: String(kAtOnce / monitors) });
  const ahead = from - Date.now() - 100;
  if (ahead < 0) throw new Error('the first slot came before the server was ready');
  await pause(ahead);
  const before = cpuMicroseconds(server.pid);
  const recorded = () => here.database.value(`SELECT COUNT(*) = ${users} FROM MonitorRound`);
  await until('all checked', async () => (await pause(500)) || recorded(), 120_000);
  const cpu = cpuMicroseconds(server.pid) - before;
  await server.stop();
  const checks = await here.database.one(`SELECT COUNT(*) AS count, MAX(at) - MIN(at) AS ms,
    SUM(verdict <> 'up') AS bad FROM MonitorCheck`);
  if (checks.bad > 0) throw new Error(`${checks.bad} checks were not up`);
  return { cpuUs: cpu / checks.count, rate: checks.count / (checks.ms / 1000) };
}

class Exporter {
  static async start(here) {
    const exporter = new Exporter();
    const config = join(here.folder, 'blackbox.yml');
    await writeFile(config, 'modules: { page: { prober: http, timeout: 5s, http: { preferred_ip_protocol: ip4 } } }\n');
    exporter.port = await freePort();
    const words = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${exporter.port}`, '--log.level=error'];
    exporter.process = spawn('prometheus-blackbox-exporter', words, { stdio: 'ignore' });
    here.atEnd(() => exporter.process.kill());
    await until('the exporter serves', () => exporter.#get('/-/healthy').catch(() => false));
    return exporter;
  }

  async saturated(nginx) {
    const words = ['-t1', `-c${kAtOnce}`, `-d${kWindowMs / 1000}s`, `http://127.0.0.1:${this.port}${this.#path(nginx)}`];
    const before = cpuMicroseconds(this.process.pid);
    const { stdout } = await run(words, { program: 'wrk', withinMs: 60_000 });
    const [, count, seconds] = /(\d+) requests in ([\d.]+)s/.exec(stdout);
    return { cpuUs: (cpuMicroseconds(this.process.pid) - before) / count, rate: count / seconds };
  }

  async paced(nginx) {
    const count = (kWindowMs * kRate) / 1000;
    const before = cpuMicroseconds(this.process.pid);
    const begin = performance.now();
    const calls = [];
    for (let i = 0; i < count; ++i) {
      const wait = begin + (i * 1000) / kRate - performance.now();
      if (wait > 0) await pause(wait);
      calls.push(this.#get(this.#path(nginx)));
    }
    const answers = await Promise.all(calls);
    if (!answers.every((text) => text.includes('probe_success 1'))) throw new Error('a probe of the exporter failed');
    return { cpuUs: (cpuMicroseconds(this.process.pid) - before) / count, rate: kRate };
  }

  #agent = new Agent({ keepAlive: true });

  #path(nginx) {
    return `/probe?module=page&target=${encodeURIComponent(nginx.url('/'))}`;
  }

  #get(path) {
    return new Promise((done, failed) => {
      const request = get({ host: '127.0.0.1', port: this.port, path, agent: this.#agent }, (answer) => {
        let text = '';
        answer.on('data', (data) => (text += data)).once('end', () => done(text));
      });
      request.once('error', failed);
    });
  }
}
