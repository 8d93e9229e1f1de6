// The guide that users wrote (docs/design/specification.zh-CN.md), from its top to its bottom, on real servers: what it
// says to type is typed, and each step has the effect that it says. Each step goes on where the one before it ended.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';

import { RedisServer } from '../interop/support/redis.mjs';
import { Stack, kSecret } from '../interop/support/stack.mjs';
import { Client } from './support/client.mjs';
import { Guide, Project } from './support/guide.mjs';
import { freePort } from './support/program.mjs';
import { until } from './support/until.mjs';

const kUsers = 35; // more than the guide's batches
const kMigration = 'prisma/migrations/20251216_add_user_monitor_schedule/migration.sql';

let stack;
let project;
let guide;
let port;
let users;

/** A step of the guide. When one fails, those after it have nothing to stand on. */
let failed = false;
function step(name, body) {
  test(name, { timeout: 120_000 }, async (t) => {
    if (failed) return t.skip('an earlier step failed');
    failed = true;
    try {
      await body(t);
    } catch (error) {
      for (const role of ['web', 'worker']) t.diagnostic(`${role}:\n${await logOf(role)}`);
      throw error;
    }
    failed = false;
  });
}

async function logOf(role) {
  const text = await readFile(join(project.folder, `logs/${role}-error.log`), 'utf8').catch(() => 'no log');
  return text.split('\n').slice(-20).join('\n');
}

before(async () => {
  guide = await Guide.read();
  stack = await Stack.start({ migrate: false });
  port = await freePort();
  const { account } = stack.mariadb;
  const mysql = `mysql --no-defaults --protocol=tcp -h ${account.host} -P ${account.port} -u ${account.user} ${stack.database}`;
  project = await Project.make(join(stack.folder, 'project'), guide, [
    ['redis-cli', `redis-cli -p ${stack.redis.port}`],
    ['redis://127.0.0.1:6379', stack.redis.url],
    ['mysql -u root -p your_database', mysql],
    ['http://localhost:10111', `http://127.0.0.1:${port}`],
    ['your-secret', kSecret],
    ['curl ', 'curl --silent --show-error --max-time 60 '],
    ['"xxx"', '"user1"'],
  ]);
});
after(async () => {
  await project?.close();
  await stack?.stop();
});

/** What is the value of a query in the database of the guide. */
const value = (text, values) => stack.value(text, values);
const rounds = () => value('SELECT COUNT(*) FROM MonitorRound').then(Number);

/** The answer of a command that speaks to the dispatcher. */
async function answered(printing) {
  const { success, data } = JSON.parse(await printing);
  assert.equal(success, true);
  return data;
}

/** The guide's first example for `mode` of the dispatcher. */
const calls = {
  dispatch: () => answered(project.type(guide.blockAfter('**调度模式**').trimEnd())),
  direct: () => answered(project.type(guide.blockAfter('**直接执行模式**').trimEnd())),
  sync: () => answered(project.type(guide.blockAfter('**同步执行模式**').trimEnd())),
};

const llen = async (state) => Number(await project.shell(`redis-cli -p ${stack.redis.port} LLEN bull:monitor-user-tasks:${state}`));

/** Until as many processes of this name are online. */
function online(name, count = 1) {
  return until(`${count} × ${name} online`, async () => {
    const found = (await project.processes()).filter((process) => process.name === name && process.status === 'online');
    return found.length === count && found;
  });
}

/** Everybody due, dispatched batch by batch, has run; `count` rounds more than before. */
async function everybodyRuns() {
  const already = await rounds();
  await stack.makeDue();
  await until('everybody is dispatched', async () => (await calls.dispatch()).remaining === 0, 60_000);
  await stack.settled(60_000);
  assert.equal(await rounds(), already + kUsers);
}

step('1. Redis answers', async () => {
  assert.equal(await project.type('redis-cli ping'), 'PONG\n');
});

step('2. .env.production as the guide has it, with its quotation marks and comments', async () => {
  await project.setting(project.substituted(guide.blockAfter('在 `.env.production` 中添加')));
  // What the guide leaves to the application that is there.
  await project.setting(`DATABASE_URL="${stack.env.DATABASE_URL}"\nCRON_SECRET="${kSecret}"\nPORT=${port}`);
  await project.setting('PROBE_ALLOW=127.0.0.0/8');
  await project.shell('build/watchbill config check');
  const shown = JSON.parse(await project.shell('build/watchbill config show --origin --json'));
  const text = JSON.stringify(shown);
  for (const key of ['DISPATCH_BATCH_SIZE', 'DISPATCH_LOCK_TTL', 'DEFAULT_INTERVAL_MINUTES', 'WORKER_CONCURRENCY'])
    assert.ok(text.includes(key), text);
  assert.ok(text.includes('.env.production'), text);
});

step('3. migration by hand, and the rest by watchbill: what was in the database stays', async () => {
  await project.type(`mysql -u root -p your_database < ${kMigration}`);
  users = (await stack.addUsers(kUsers, { monitors: false })).sort();
  await project.shell('build/watchbill migrate deploy');
  assert.match(await project.shell('build/watchbill migrate status'), /20251216_add_user_monitor_schedule/);
  assert.equal(Number(await value('SELECT COUNT(*) FROM UserMonitorSchedule')), kUsers);
  for (const user of users) await stack.addMonitor(user);
});

step('4. npm run build builds the program', async () => {
  assert.ok(guide.has('npm run build'));
  const commands = await project.shell('npm run build', { env: { MAKEFLAGS: '--dry-run' } });
  assert.match(commands, /cmake --build build .*--target watchbill$/m);
});

step('5. PM2 starts both, or one by one; status and logs show them', async () => {
  await project.type('mkdir -p logs');
  await project.type('pm2 start ecosystem.config.js');
  assert.deepEqual((await project.processes()).map(({ name, status }) => [name, status]).sort(), [
    ['web', 'online'],
    ['worker', 'online'],
  ]);
  await project.shell('pm2 delete all');
  await project.type('pm2 start ecosystem.config.js --only web');
  assert.deepEqual((await project.processes()).map(({ name }) => name), ['web']);
  await project.type('pm2 start ecosystem.config.js --only worker');
  assert.match(await project.type('pm2 status'), /web.*\n.*worker/);
  for (const command of ['pm2 logs', 'pm2 logs worker']) {
    const logs = project.leaveRunning(command);
    await logs.output.find('lines of the worker', (text) => text.includes('worker'));
    logs.press('\x03');
    await logs.ended;
  }
});

step('6. the line of the crontab has the users who are due dispatched, and worked', async () => {
  const [line] = /^\* \* \* \* \* .*$/m.exec(guide.text);
  await stack.makeDue();
  // As cron runs it: by sh, with next to nothing in the environment.
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const minute = () => project.type(line.slice('* * * * * '.length), { env: { PATH: path, SHELL: '/bin/sh' } });
  await minute();
  await until('a batch', async () => (await rounds()) === 20);
  await minute();
  await stack.settled();
  assert.equal(await rounds(), kUsers);
  assert.match(await readFile(join(project.folder, 'logs/cron.log'), 'utf8'), /"dispatched":20.*\n.*"dispatched":15/);
});

step('users set their own interval, see their rounds, and run them now', async () => {
  const client = new Client(`http://127.0.0.1:${port}`, { token: await tokenOf('user1') });
  try {
    const schedule = await client.expect(200, 'PATCH', '/api/v1/schedule', { intervalMinutes: 7 });
    assert.deepEqual([schedule.intervalMinutes, schedule.enabled, schedule.lastStatus], [7, true, 'success']);
    for (const intervalMinutes of [0, 1441]) await client.expect(422, 'PATCH', '/api/v1/schedule', { intervalMinutes });
    await client.expect(200, 'PATCH', '/api/v1/schedule', { intervalMinutes: 5 });
    // Last: each edit has the dispatcher look who is due, and a later step wants to be the first to ask.
    const already = await rounds();
    const { status } = await client.post('/api/v1/schedule/run');
    assert.ok(status === 200 || status === 202, `run now: ${status}`);
    await until('his round', async () => (await rounds()) === already + 1);
  } finally {
    client.close();
  }
});

async function tokenOf(userId) {
  const token = `wb_${randomBytes(24).toString('base64url')}`;
  await stack.sql(
    `INSERT INTO UserApiToken (id, userId, name, tokenHash, readOnly, createdAt) VALUES (?, ?, 'test', ?, false, UTC_TIMESTAMP(3))`,
    [`t-${userId}`, userId, createHash('sha256').update(token).digest('hex')],
  );
  return token;
}

step('dispatch mode: a batch of the users who are due', async () => {
  const already = await rounds();
  await stack.makeDue();
  const first = await calls.dispatch();
  assert.deepEqual([first.mode, first.dispatched, first.remaining], ['dispatch', 20, 15]);
  const second = await calls.dispatch();
  assert.deepEqual([second.dispatched, second.remaining], [15, 0]);
  assert.deepEqual([...first.userIds, ...second.userIds].sort(), users);
  await stack.settled();
  assert.equal(await rounds(), already + kUsers);
});

step('direct mode: one user, in the call', async () => {
  const { mode, userId, result } = await calls.direct();
  assert.deepEqual([mode, userId, result.processed, result.up], ['direct', 'user1', 1, 1]);
});

step('sync mode: the users who are due, in the call', async () => {
  await stack.sql(`UPDATE UserMonitorSchedule SET nextRunAt = UTC_TIMESTAMP(3) WHERE userId IN ('user2', 'user3')`);
  const { mode, executed, okCount } = await calls.sync();
  assert.deepEqual([mode, executed, okCount], ['sync', 2, 2]);
});

step('the queue shows what waits and what runs', async () => {
  stack.target.hold('/');
  await stack.makeDue();
  await calls.dispatch();
  await until('as many run as the worker has places', async () => (await llen('active')) >= 2);
  assert.equal((await llen('wait')) + (await llen('active')), 20);
  assert.match(await project.shell(`redis-cli -p ${stack.redis.port} KEYS 'bull:monitor-user-tasks:*'`), /:wait$/m);
  for (const command of ['KEYS bull:monitor-user-tasks:*', 'LLEN bull:monitor-user-tasks:wait', 'LLEN bull:monitor-user-tasks:active'])
    assert.ok(guide.has(command));
});

step('pm2 monit has how deep the queue is', async () => {
  assert.ok(guide.has('pm2 monit'));
  // The longer rounds take, the more run at once: slow targets keep nobody waiting.
  const shown = (process, name) => Number(process.metrics?.[name]?.value ?? 0);
  await until('both say that 20 rounds wait or run', async () => {
    const all = await project.processes();
    return all.every((process) => shown(process, 'Queue depth') + shown(process, 'Active') === 20);
  }, 20_000);
});

step('pm2 restart worker, scale worker 2 and restart all, while rounds run: none is lost, none recorded twice', async () => {
  const already = await rounds();
  const [before] = await online('worker');
  const restarting = project.type('pm2 restart worker');
  await until('it was told to stop', async () => (await logOf('worker')).includes('stop'));
  stack.target.release('/');
  await restarting;
  const [restarted] = await online('worker');
  assert.notEqual(restarted.pid, before.pid);

  await project.type('pm2 scale worker 2');
  const two = await online('worker', 2);
  assert.equal(new Set(two.map(({ pid }) => pid)).size, 2);
  await project.type('pm2 restart all');
  await online('worker', 2);
  await online('web');
  await until('everybody is dispatched', async () => (await calls.dispatch()).remaining === 0);
  await stack.settled(60_000);
  assert.equal(await rounds(), already + kUsers);
});

step('two workers share the rounds', async () => {
  const workers = () => value('SELECT COUNT(DISTINCT worker) FROM MonitorRound WHERE startedAt >= ?', [since]).then(Number);
  const since = await value('SELECT UTC_TIMESTAMP(3)');
  await everybodyRuns();
  assert.equal(await workers(), 2);
  await project.shell('pm2 scale worker 1');
  await online('worker', 1);
});

step('more: worker-2 of ecosystem.config.js, and a bigger batch', async () => {
  const file = join(project.folder, 'ecosystem.config.js');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^( *)\/\/ (.*worker-2.*)$/m, '$1$2'));
  await project.shell('pm2 start ecosystem.config.js --only worker-2');
  await online('worker-2');

  await project.setting(guide.blockAfter('调整 Dispatcher 批次大小').trim());
  await project.shell('pm2 restart web');
  await online('web');
  await stack.makeDue();
  const { dispatched, remaining } = await calls.dispatch();
  assert.deepEqual([dispatched, remaining], [30, 5]);
  await calls.dispatch();
  await stack.settled();
  await project.shell('pm2 delete worker worker-2');
});

step('more: WORKER_CONCURRENCY=4 npm run worker; Ctrl-C lets its rounds end', async () => {
  const already = await rounds();
  const worker = project.leaveRunning('WORKER_CONCURRENCY=4 npm run worker');
  stack.target.hold('/');
  const before = stack.target.hits.items.length;
  await stack.makeDue();
  await calls.dispatch();
  const running = () => stack.target.hits.items.length - before;
  await until('four run', () => running() >= 4);
  worker.press('\x03');
  await worker.output.find('it stops', (text) => /stop/i.test(text));
  stack.target.release('/');
  assert.equal(await worker.ended, 0);
  assert.equal(await rounds(), already + running());
  await project.shell('pm2 start ecosystem.config.js --only worker');
  await calls.dispatch();
  await stack.settled();
  assert.equal(await rounds(), already + kUsers);
});

step('several dispatchers at once: nobody is dispatched twice', async () => {
  await stack.makeDue();
  const answers = await Promise.all(Array.from({ length: 4 }, () => calls.dispatch()));
  assert.deepEqual(answers.flatMap(({ userIds }) => userIds).sort(), users);
  await stack.settled();
});

step('the SQL that clears locks which are over leaves the others alone', async () => {
  const later = 'UTC_TIMESTAMP(3) + INTERVAL 1 HOUR';
  await stack.sql(`UPDATE UserMonitorSchedule SET nextRunAt = ${later}, lockedBy = 'somebody', lockedUntil = ${later}`);
  await stack.sql(`UPDATE UserMonitorSchedule SET lockedUntil = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE userId = 'user1'`);
  await stack.sql(guide.blockAfter('手动清除锁'));
  const locked = await stack.sql('SELECT userId FROM UserMonitorSchedule WHERE lockedUntil IS NOT NULL AND lockedBy IS NOT NULL');
  assert.deepEqual(locked.map(({ userId }) => userId).sort(), users.filter((user) => user !== 'user1'));
  await stack.sql('UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL');
  await everybodyRuns();
});

step('without Redis: sync mode runs everybody who is due, and the queue works again when it is back', async () => {
  const already = await rounds();
  await stack.redis.stop();
  await stack.makeDue();
  const fallback = guide.blockAfter('## 回退方案').trimEnd();
  await until('everybody ran', async () => {
    const { mode } = await answered(project.type(fallback));
    assert.equal(mode, 'sync');
    return (await rounds()) === already + kUsers;
  });
  stack.redis = await RedisServer.start({ port: stack.redis.port });
  await until('the queue works', async () => (await calls.dispatch()).mode === 'dispatch', 30_000, 200);
  await everybodyRuns();
});

step('what is invalid is not tried again, and pm2 logs say why', async () => {
  await project.setting('WORKER_CONCURRENCY=many');
  const complaints = async () => (await logOf('worker')).split('the configuration is invalid').length - 1;
  await project.shell('pm2 restart worker');
  const worker = await until('it ended', async () => {
    const found = (await project.processes()).find(({ name }) => name === 'worker');
    return found.status !== 'online' && found;
  });
  assert.equal(worker.exitCode, 5);
  // Other exits are tried again sooner than PM2 lists its processes a few times.
  for (let i = 0; i < 4; ++i) await project.processes();
  assert.equal(await complaints(), 1);
  assert.match(await logOf('worker'), /WORKER_CONCURRENCY=many/);
});
