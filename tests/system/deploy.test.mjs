// What people start watchbill with: the units of systemd, the example of .env.production, the apps of PM2.
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { kBinary, kRepository, run } from './support/program.mjs';
import { scenario } from './support/scenario.mjs';

const kUnits = join(kRepository, 'deploy/systemd');
const kInstalled = '/usr/local/bin/watchbill';
const kGraceMs = 10_000; // of rounds that run when a process is told to stop
// Of 100; what has a network and a folder of its own cannot come to 0.
const kMostExposure = 20;

/** The units as they would be installed with this binary, one instance of the template among them: their paths. */
async function unitsIn(folder) {
  const files = (await readdir(kUnits)).filter((name) => /\.(service|timer)$/.test(name));
  const paths = [];
  for (const file of files) {
    const text = await readFile(join(kUnits, file), 'utf8');
    const path = join(folder, file.replace('@.', '@1.'));
    await writeFile(path, text.replaceAll(kInstalled, kBinary));
    paths.push(path);
  }
  return paths;
}

const analyze = (args) => run(args, { program: 'systemd-analyze' });

scenario('systemd finds nothing wrong with the units', async (here) => {
  const units = await unitsIn(here.folder);
  assert.equal(units.length, 5);
  const { code, stdout, stderr } = await analyze(['verify', '--man=no', ...units]);
  assert.deepEqual([code, stdout + stderr], [0, '']);
});

scenario('the units give a program that was taken over little to do harm with', async (here) => {
  const services = (await unitsIn(here.folder)).filter((path) => path.endsWith('.service'));
  for (const path of services) {
    const { code, stdout } = await analyze(['security', '--offline=true', `--threshold=${kMostExposure}`, path]);
    assert.equal(code, 0, stdout);
  }
});

scenario('each service runs a role, is given longer to stop than its rounds take, and is not tried again in vain', async () => {
  const roles = { 'watchbill.service': 'up', 'watchbill-web.service': 'web', 'watchbill-worker@.service': 'worker' };
  for (const [file, role] of Object.entries(roles)) {
    const text = await readFile(join(kUnits, file), 'utf8');
    const setting = (key) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
    assert.equal(setting('ExecStart'), `${kInstalled} ${role}`);
    assert.equal(setting('Type'), 'notify');
    assert.ok(Number(setting('WatchdogSec')) > 0);
    assert.ok(Number(setting('TimeoutStopSec')) * 1000 > kGraceMs);
    assert.equal(setting('RestartPreventExitStatus'), '2 5 7');
  }
});

scenario('every line of .env.production.example may be used as it stands', async (here) => {
  const example = await readFile(join(kRepository, '.env.production.example'), 'utf8');
  const lines = example.replace(/^#(?=[A-Z_]+=)/gm, '');
  await writeFile(join(here.folder, '.env.production'), lines, { mode: 0o600 });
  const checked = await here.run(['config', 'check']);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  const { stdout } = await here.run(['config', 'show', '--origin', '--json']);
  for (const [, key] of lines.matchAll(/^([A-Z_]+)=/gm)) assert.ok(stdout.includes(key), `${key} is a setting`);
  const guide = await readFile(join(kRepository, 'docs/design/specification.zh-CN.md'), 'utf8');
  const [block] = /REDIS_URL=[^`]*/.exec(guide);
  for (const [, key] of block.matchAll(/^([A-Z_]+)=/gm)) assert.match(lines, new RegExp(`^${key}=`, 'm'));
});

scenario('the apps of PM2 are given longer to stop than their rounds take, and are not tried again in vain', () => {
  const { apps } = createRequire(import.meta.url)(join(kRepository, 'ecosystem.config.js'));
  assert.deepEqual(apps.map(({ name }) => name), ['web', 'worker']);
  for (const app of apps) {
    assert.equal(app.cwd, kRepository);
    assert.ok(app.kill_timeout > kGraceMs);
    assert.deepEqual(app.stop_exit_codes, [2, 5, 7]);
  }
});
