// The page on deployment (docs/guide/*/deployment.md), from its top to its bottom, on real servers: each command that it says
// to type is typed and has the effect that it says, and both languages say the same ones.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';

import { Stack, kSecret } from '../interop/support/stack.mjs';
import { Guide, Project } from './support/guide.mjs';
import { freePort } from './support/program.mjs';
import { until } from './support/until.mjs';

const kUsers = 12;
const kPage = 'docs/guide/en/deployment.md';

let stack;
let project;
let page;
let users;

const rounds = () => stack.value('SELECT COUNT(*) FROM MonitorRound').then(Number);
const type = (command, options) => project.type(command, options);
const names = async () => (await project.processes()).map(({ name, status }) => `${name} ${status}`).sort();

/** Leaves a command running until `seen` in what it prints, then presses Ctrl-C: its exit code. */
async function watch(command, seen, meanwhile = () => {}) {
  const running = project.leaveRunning(command);
  let text = '';
  await running.output.find(`what ${command} prints`, (piece) => seen.test((text += piece)));
  await meanwhile();
  running.press('\x03');
  return running.ended;
}

async function everybodyRuns(dispatch) {
  const already = await rounds();
  await stack.makeDue();
  await dispatch();
  await stack.settled();
  assert.equal(await rounds(), already + kUsers);
}

const kCronLine = /^\* \* \* \* \* (.*)$/m;
const cron = () => type(kCronLine.exec(page.text)[1], { env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } });

/** What each command does, in the order of the page; `command` is what is typed. */
const kEffects = {
  async 'sudo apt update && sudo apt install redis-server -y'() {
    await project.shell('apt-get --simulate install redis-server'); // the tests need it, so it is there
  },
  async 'redis-cli ping'(command) {
    assert.equal(await type(command), 'PONG\n');
  },
  async 'chmod 600 .env.production'(command) {
    await project.setting(project.substituted(page.blocks('ini')[0]));
    await type(command);
  },
  async 'build/watchbill config check'(command) {
    await type(command);
    const shown = await project.shell('build/watchbill config show --origin');
    for (const key of ['DISPATCH_BATCH_SIZE', 'DISPATCH_LOCK_TTL', 'DEFAULT_INTERVAL_MINUTES', 'WORKER_CONCURRENCY'])
      assert.match(shown, new RegExp(`${key}.*\\.env\\.production`), shown);
  },
  async 'build/watchbill migrate deploy --dry-run'(command) {
    assert.match(await type(command), /20251216_add_user_monitor_schedule/);
    assert.deepEqual(await stack.sql('SHOW TABLES'), [], 'nothing was done');
  },
  async 'build/watchbill migrate deploy'(command) {
    await type(command);
    users = await stack.addUsers(kUsers);
  },
  async 'build/watchbill migrate status'(command) {
    assert.match(await type(command), /20251216_add_user_monitor_schedule/);
  },
  async 'npm run build'(command) {
    assert.match(await type(command, { env: { MAKEFLAGS: '--dry-run' } }), /cmake --build build .*--target watchbill$/m);
  },
  'mkdir -p logs': type,
  async 'pm2 start ecosystem.config.js'(command) {
    await type(command);
    assert.deepEqual(await names(), ['web online', 'worker online']);
    await everybodyRuns(cron);
  },
  async 'pm2 status'(command) {
    assert.match(await type(command), /web.*\n.*worker/);
  },
  async 'pm2 logs worker'(command) {
    await watch(command, /\bworker\b/);
  },
  async 'pm2 restart worker'(command) {
    await type(command);
    await everybodyRuns(cron);
  },
  async 'pm2 scale worker 2'(command) {
    await type(command);
    assert.deepEqual(await names(), ['web online', 'worker online', 'worker online']);
  },
  async 'WORKER_CONCURRENCY=4 npm run worker'(command) {
    await project.shell('pm2 stop worker');
    assert.equal(await watch(command, /ready/, () => everybodyRuns(cron)), 0);
    await project.shell('pm2 start worker');
  },
  async 'redis-cli LLEN bull:monitor-user-tasks:wait'(command) {
    assert.equal(await type(command), '0\n');
  },
  async 'build/watchbill queue stats'(command) {
    assert.match(await type(command), /completed/);
  },
  async 'build/watchbill queue pause'(command) {
    const already = await rounds();
    await type(command);
    await stack.makeDue();
    await cron();
    assert.equal(await type('redis-cli LLEN bull:monitor-user-tasks:wait'), `${kUsers}\n`);
    assert.equal(await rounds(), already);
  },
  async 'build/watchbill queue resume'() {
    const already = await rounds();
    await project.shell('build/watchbill queue resume');
    await stack.settled();
    assert.equal(await rounds(), already + kUsers);
  },
  async 'build/watchbill queue retry'(command) {
    await fail('not what a job has');
    await type(command);
    await until('it failed again', async () => (await stack.queueStats()).failed === 1);
  },
  async 'build/watchbill queue clean failed --yes'() {
    await project.shell('build/watchbill queue clean failed --yes');
    assert.equal((await stack.queueStats()).failed, 0);
  },
  async 'build/watchbill health --ready'(command) {
    await type(command);
  },
  async 'build/watchbill schedule list'(command) {
    assert.match(await type(command), new RegExp(`${users[0]}@example\\.org`));
  },
  async 'curl -X POST http://localhost:10111/api/cron/one-click-start'(command) {
    await everybodyRuns(async () => {
      const { data } = JSON.parse(await type(command));
      assert.deepEqual([data.mode, data.executed], ['sync', kUsers]);
    });
  },
};

/** A job of another shape: it fails for good. */
async function fail(data) {
  const key = 'bull:monitor-user-tasks:';
  await stack.redis.client.hset(`${key}odd`, { name: 'monitor', data: JSON.stringify(data), opts: '{"attempts":1}', timestamp: 1 });
  await stack.redis.client.lpush(`${key}wait`, 'odd');
  await stack.redis.client.zadd(`${key}marker`, 0, '0');
  await until('the job failed', async () => (await stack.queueStats()).failed === 1);
}

before(async () => {
  page = await Guide.read(kPage);
  stack = await Stack.start({ migrate: false });
  const port = await freePort();
  project = await Project.make(join(stack.folder, 'project'), page, [
    ['redis-cli', `redis-cli -p ${stack.redis.port}`],
    ['redis://127.0.0.1:6379', stack.redis.url],
    ['mysql://user:password@127.0.0.1:3306/your_database', stack.env.DATABASE_URL],
    ['http://localhost:10111', `http://127.0.0.1:${port}`],
    ['your-secret', kSecret],
    ['curl ', 'curl --silent --show-error --max-time 60 '],
  ]);
  await project.setting(`PORT=${port}\nPROBE_ALLOW=127.0.0.0/8`);
});
after(async () => {
  await project?.close();
  await stack?.stop();
});

const firstLine = (command) => command.split(' \\\n')[0];

test('each command of the page has its effect', { timeout: 240_000 }, async (t) => {
  const commands = page.commands();
  assert.deepEqual(commands.map(firstLine).sort(), Object.keys(kEffects).sort(), 'what the page says, and what is tried');
  for (const [name, effect] of Object.entries(kEffects))
    await t.test(name, () => effect(commands.find((command) => firstLine(command) === name)));
});

test('the SQL for a database of its own makes one, and a user who may migrate it', async () => {
  const names = { your_database: 'a_database_of_its_own', "'user'": "'somebody'" };
  const said = (text) => Object.entries(names).reduce((told, [from, to]) => told.replaceAll(from, to), text);
  for (const statement of page.blocks('sql')[0].trim().split(';\n')) await stack.sql(said(statement.replace(/;$/, '')));
  const { host, port } = stack.mariadb.account;
  const env = { DATABASE_URL: `mysql://somebody:password@${host}:${port}/${names.your_database}` };
  await project.shell('build/watchbill migrate deploy', { env });
});

test('who asks why a user is due is told', async () => {
  assert.ok(page.has('build/watchbill schedule explain EMAIL'));
  assert.match(await project.shell('build/watchbill schedule explain user1@example.org'), /user1@example\.org/);
});

test('the SQL that clears locks which are over leaves the others alone', async () => {
  const [before, after] = ['- INTERVAL 1 MINUTE', '+ INTERVAL 1 HOUR'].map((span) => `UTC_TIMESTAMP(3) ${span}`);
  await stack.sql(`UPDATE UserMonitorSchedule SET lockedBy = 'somebody', lockedUntil = IF(userId = 'user1', ${before}, ${after})`);
  await stack.sql(page.blocks('sql')[1]);
  const free = await stack.sql('SELECT userId FROM UserMonitorSchedule WHERE lockedUntil IS NULL AND lockedBy IS NULL');
  assert.deepEqual(free.map(({ userId }) => userId), ['user1']);
});

test('both languages say to type the same', async () => {
  const other = await Guide.read(kPage.replace('/en/', '/zh-CN/'));
  assert.deepEqual(other.commands(), page.commands());
  for (const language of ['sql', 'cron']) assert.deepEqual(other.blocks(language), page.blocks(language));
  const settings = (guide) => guide.blocks('ini')[0].replaceAll(/ +#.*$/gm, '');
  assert.equal(settings(other), settings(page));
});

test('what the page says about files is so', async () => {
  for (const [, path] of page.text.matchAll(/\]\((\.\.\/[^)#]*)\)/g))
    await readFile(join(dirname(new URL(`../../${kPage}`, import.meta.url).pathname), path));
});
