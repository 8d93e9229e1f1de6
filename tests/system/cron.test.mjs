// The dispatcher endpoint, and the two ways by which cron calls it.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { kRepository, run } from './support/program.mjs';
import { scenario } from './support/scenario.mjs';

const kSecret = 'a-secret-of-the-test';
const kPath = '/api/cron/one-click-start';
// No ticker: rounds run when cron says so.
const kEnv = { CRON_SECRET: kSecret, DISPATCH_TICK: 'off', PROBE_ALLOW: '127.0.0.0/8' };

const call = (client, body, secret = kSecret) =>
  client.post(kPath, body, { headers: secret === undefined ? {} : { 'x-cron-secret': secret } });

async function setting(here, users = 3, env = {}) {
  const target = await here.target();
  await here.prepare();
  const all = await here.household.add(users, { monitors: 1, url: (user) => target.url(`/${user.name}/`) });
  const server = await here.start({ env: { ...kEnv, ...env } });
  return { target, users: all, server, cron: here.client(server) };
}

async function ok(client, body) {
  const answer = await call(client, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.body.success, true);
  assert.match(answer.body.data.executedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  return answer.body.data;
}

scenario('dispatch: due users go into the queue, batch by batch, and nobody twice', async (here) => {
  const { cron, users } = await setting(here, 5, { DISPATCH_BATCH_SIZE: '3', WORKER_CONCURRENCY: '10' });
  const nothing = await ok(cron);
  assert.deepEqual([nothing.mode, nothing.dispatched, nothing.remaining], ['dispatch', 0, 0]);
  assert.ok(nothing.message);

  await here.witness.makeDue();
  const [first, second] = [await ok(cron, {}), await ok(cron, {})];
  assert.deepEqual([first.dispatched, first.remaining], [3, 2]);
  assert.deepEqual([second.dispatched, second.remaining], [2, 0]);
  assert.deepEqual([...first.userIds, ...second.userIds].sort(), users.map(({ id }) => id).sort());
  assert.deepEqual(Object.keys(first.queueStats).sort(), ['active', 'completed', 'delayed', 'failed', 'waiting']);
  await here.database.until('all rounds', 'SELECT COUNT(*) = 5 FROM MonitorRound');
  assert.deepEqual(await here.witness.violations(), []);
});

scenario('many calls at once claim what one would', async (here) => {
  const { cron } = await setting(here, 40, { DISPATCH_BATCH_SIZE: '100', WORKER_CONCURRENCY: '10' });
  await here.witness.makeDue();
  const answers = await Promise.all(Array.from({ length: 50 }, () => ok(cron)));
  const claimed = answers.flatMap(({ userIds }) => userIds);
  assert.equal(claimed.length, 40);
  assert.equal(new Set(claimed).size, 40);
  await here.database.until('all rounds', 'SELECT COUNT(*) = 40 FROM MonitorRound');
});

scenario('direct: one user now, by id or e-mail, due or not; 404 and 409 say why not', async (here) => {
  const { cron, users, target, server } = await setting(here);
  const [ada, bob] = users;
  const before = await here.as(ada, server).expect(200, 'GET', '/api/v1/schedule');
  const byId = await ok(cron, { userId: ada.id });
  assert.deepEqual([byId.mode, byId.userId, byId.email], ['direct', ada.id, ada.email]);
  const { checks, ...counts } = byId.result;
  assert.deepEqual(counts, { processed: 1, up: 1, down: 0, unknown: 0 });
  assert.equal(checks[0].verdict, 'up');
  assert.equal((await ok(cron, { email: bob.email.toUpperCase() })).userId, bob.id);
  const after = await here.as(ada, server).expect(200, 'GET', '/api/v1/schedule');
  assert.equal(after.nextRunAt, before.nextRunAt, 'his beat stays');

  assert.equal((await call(cron, { userId: 'nobody' })).status, 404);
  target.hold('/user1');
  const running = call(cron, { userId: ada.id });
  await target.hit('/user1', 2);
  const refused = await call(here.client(server), { userId: ada.id });
  assert.deepEqual([refused.status, refused.body.code], [409, 'round_running']);
  target.release('/user1');
  assert.equal((await running).status, 200);
  assert.deepEqual(await here.witness.violations(), []);
});

scenario('sync: the due users, one after the other, in this call', async (here) => {
  const { cron, target } = await setting(here, 4);
  await here.witness.makeDue();
  const data = await ok(cron, { mode: 'sync' });
  assert.deepEqual([data.mode, data.executed, data.okCount, data.failCount], ['sync', 4, 4, 0]);
  assert.ok(data.results.every(({ ok: good, duration, email }) => good && duration >= 0 && email.includes('@')));
  assert.equal(target.hits.items.length, 4);
  const rounds = await here.database.sql('SELECT startedAt, finishedAt, triggeredBy FROM MonitorRound ORDER BY startedAt');
  assert.ok(rounds.every(({ triggeredBy }) => triggeredBy === 'sync'));
  for (let i = 1; i < rounds.length; ++i) assert.ok(rounds[i].startedAt >= rounds[i - 1].finishedAt, 'one at a time');
});

scenario('without the right secret nothing happens, and the query is never looked at', async (here) => {
  const { cron } = await setting(here);
  await here.witness.makeDue();
  for (const secret of [undefined, '', 'wrong', kSecret.slice(0, -1), `${kSecret}x`, kSecret.toUpperCase()]) {
    const { status, body } = await cron.post(kPath, {}, { headers: secret === undefined ? {} : { 'x-cron-secret': secret } });
    assert.deepEqual([status, body.code], [401, 'cron_secret_wrong'], `secret ${secret}`);
  }
  assert.equal((await cron.post(`${kPath}?secret=${kSecret}&x-cron-secret=${kSecret}`, {})).status, 401);
  assert.equal((await cron.get(kPath, { headers: { 'x-cron-secret': kSecret } })).status, 405);
  assert.equal((await call(cron, '{"mode":')).status, 400);
  assert.equal((await call(cron, { mode: 'fast' })).status, 422);
  assert.equal((await call(cron, { users: [] })).status, 422);
  assert.equal((await call(cron, { mode: 'sync', userId: 'x' })).status, 422);
  assert.equal(await here.database.value('SELECT SUM(fence) FROM UserMonitorSchedule'), 0);
});

scenario('while a secret is replaced both are good; without one the endpoint refuses', async (here) => {
  await here.prepare();
  let server = await here.start({ env: { ...kEnv, CRON_SECRET: 'the-old-one, the-new-one' } });
  let cron = here.client(server);
  for (const secret of ['the-old-one', 'the-new-one']) assert.equal((await call(cron, {}, secret)).status, 200);
  for (const secret of ['the-old-one, the-new-one', 'the-old-one,the-new-one', ',', ' ']) {
    assert.equal((await call(cron, {}, secret)).status, 401, secret);
  }
  await server.stop();
  server = await here.start({ env: { ...kEnv, CRON_SECRET: '' } });
  cron = here.client(server);
  for (const secret of ['', 'the-old-one']) {
    const { status, body } = await call(cron, {}, secret);
    assert.deepEqual([status, body.code], [503, 'cron_secret_missing']);
  }
});

// Both read .env.production, then .env, from the working directory.
const kCallers = [
  ['watchbill trigger', (here, args, env) => here.run(['trigger', ...args], { env })],
  [
    'scripts/cron-one-click-start.mjs',
    (here, args, env) =>
      run([join(kRepository, 'scripts/cron-one-click-start.mjs'), ...args], { program: process.execPath, cwd: here.folder, env }),
  ],
];

const kInvalid = 5;
// [what, what is set, exit code and what was asked, or is said]. `{port}`: of a server that answers.
const kSettings = [
  ['an empty variable is as good as none', { env: { PORT: '', HOST: '', CRON_SECRET: '' }, file: `PORT={port}\nCRON_SECRET=${kSecret}\n` }, { code: 0, asked: kPath }],
  ['the other name of PORT counts where PORT is empty', { env: { PORT: '' }, file: 'NEXT_PORT={port}\n' }, { code: 0, asked: kPath }],
  ['HOST=localhost is 127.0.0.1', { env: { HOST: 'localhost' } }, { code: 0, asked: kPath }],
  ['HOST=0.0.0.0 is 127.0.0.1', { env: { HOST: '0.0.0.0' } }, { code: 0, asked: kPath }],
  ['HOST=[::1] is ::1', { env: { HOST: '[::1]' } }, { code: 1, says: 'http://[::1]:{port}/api' }],
  ['BASE_PATH=/ is none', { env: { BASE_PATH: '/' } }, { code: 0, asked: kPath }],
  ['BASE_PATH leads the path', { env: { BASE_PATH: '/wb' } }, { code: 0, asked: `/wb${kPath}` }],
  ['PUBLIC_URL without BASE_PATH is invalid', { env: { BASE_PATH: '/wb', PUBLIC_URL: 'http://127.0.0.1:1/' } }, { code: kInvalid, says: 'http://127.0.0.1:1/wb' }],
  ['the secret may come as a file', { env: { CRON_SECRET: '', CRON_SECRET_FILE: 'secret' } }, { code: 0, asked: kPath }],
  ['the secret and its file together are invalid', { file: 'CRON_SECRET_FILE=secret\n' }, { code: kInvalid, says: 'CRON_SECRET_FILE' }],
  ['an empty file of the secret is invalid', { env: { CRON_SECRET: '', CRON_SECRET_FILE: 'empty' } }, { code: kInvalid, says: 'empty' }],
  ['a file that is not there is invalid', { env: { CRON_SECRET: '', CRON_SECRET_FILE: 'absent' } }, { code: kInvalid, says: 'absent' }],
  ['the first of two secrets is sent', { env: { CRON_SECRET: ` ,${kSecret},the-old-one` } }, { code: 0, asked: kPath }],
  ['a port that is none is invalid', { env: { PORT: 'http' } }, { code: kInvalid, says: 'PORT' }],
  ['a BASE_PATH that ends with a slash is invalid', { env: { BASE_PATH: '/wb/' } }, { code: kInvalid, says: 'BASE_PATH' }],
  ['a PUBLIC_URL with a password is invalid', { env: { PUBLIC_URL: 'http://a:hunter2@127.0.0.1:1' } }, { code: kInvalid, says: 'PUBLIC_URL' }],
  ['a time that is none is invalid', { env: { DISPATCH_LOCK_TTL: 'soon' } }, { code: kInvalid, says: 'DISPATCH_LOCK_TTL' }],
  ['a line of .env that is none is invalid', { file: 'A=1\nnonsense\n' }, { code: kInvalid, says: '.env:2' }],
];

const kNothingDue = { mode: 'dispatch', dispatched: 0, userIds: [], remaining: 0, queueStats: {}, executedAt: new Date(0).toISOString() };

/** A server that notes `[path, secret]` of each call. With `hold` the first waits for the function that `held` becomes. */
async function listener(here, { hold = false } = {}) {
  const asked = [];
  let reached;
  const held = new Promise((done) => (reached = done));
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers['x-cron-secret']]);
    response.setHeader('content-type', 'application/json');
    const answer = () => response.end(JSON.stringify({ success: true, data: kNothingDue }));
    if (hold) reached(answer);
    else answer();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  here.atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: server.address().port, asked, held };
}

for (const [name, trigger] of kCallers) {
  scenario(`${name}: dispatches with what .env files say; 0, 1 and 2 tell how it went`, async (here) => {
    const { server, users } = await setting(here);
    const none = await trigger(here, [], { PORT: `${server.port}` });
    assert.equal(none.code, 2, `no secret: ${none.stderr}`);

    await writeFile(join(here.folder, '.env'), `CRON_SECRET=wrong\nPORT=${server.port}\n`);
    assert.equal((await trigger(here, [])).code, 1, 'a wrong secret');
    await writeFile(join(here.folder, '.env.production'), `CRON_SECRET="${kSecret}"\n`);
    await here.witness.makeDue();
    const done = await trigger(here, []);
    assert.equal(done.code, 0, done.stderr);
    await here.database.until('all rounds', `SELECT COUNT(*) = ${users.length} FROM MonitorRound`);

    await server.stop();
    assert.equal((await trigger(here, [])).code, 1, 'nobody listens');
  });

  for (const [what, { env = {}, file = '' }, expected] of kSettings) {
    scenario(`${name}: ${what}`, async (here) => {
      const { port, asked } = await listener(here);
      await writeFile(join(here.folder, '.env'), file.replace('{port}', port));
      await writeFile(join(here.folder, 'secret'), kSecret);
      await writeFile(join(here.folder, 'empty'), '\n');
      const { code, stdout, stderr } = await trigger(here, [], { CRON_SECRET: kSecret, PORT: `${port}`, ...env });
      assert.equal(code, expected.code, stdout + stderr);
      if (expected.says) assert.ok((stdout + stderr).includes(expected.says.replace('{port}', port)), stdout + stderr);
      assert.doesNotMatch(stdout + stderr, /hunter2/);
      assert.deepEqual(asked, expected.asked ? [[expected.asked, kSecret]] : []);
    });
  }
}

// Each against the other: the lock is found by the same name, however the address is written.
for (const [[first, start], [second, trigger]] of [kCallers, [...kCallers].reverse()]) {
  scenario(`${second} skips while ${first} runs`, async (here) => {
    const { port, asked, held } = await listener(here, { hold: true });
    const env = { CRON_SECRET: kSecret, PORT: `${port}`, TMPDIR: here.folder };
    const running = start(here, [], { ...env, HOST: '127.0.0.1', BASE_PATH: '/' });
    const answer = await held;
    const skipped = await trigger(here, [], { ...env, HOST: 'localhost' });
    assert.equal(skipped.code, 0, skipped.stderr);
    assert.match(skipped.stdout, /skipped/);
    answer();
    assert.equal((await running).code, 0);
    assert.equal(asked.length, 1);
  });
}

scenario('trigger --user, --email, --sync and --drain', async (here) => {
  const { server, users } = await setting(here, 7, { DISPATCH_BATCH_SIZE: '2', WORKER_CONCURRENCY: '10' });
  const env = { CRON_SECRET: kSecret, PORT: `${server.port}` };
  const trigger = async (...args) => {
    const { code, stdout, stderr } = await here.run(['trigger', '--json', ...args], { env });
    return { code, data: code === 0 ? (JSON.parse(stdout).data ?? JSON.parse(stdout)) : undefined, stderr };
  };
  assert.equal((await trigger('--user', users[0].id)).data.mode, 'direct');
  assert.equal((await trigger('--email', users[1].email)).data.userId, users[1].id);
  assert.equal((await trigger('--user', 'nobody')).code, 1);
  await here.witness.makeDue();
  assert.equal((await trigger('--sync')).data.executed, 2);
  const rounds = await here.database.value('SELECT COUNT(*) FROM MonitorRound');
  assert.equal((await trigger('--drain')).code, 0);
  await here.database.until('the rest', `SELECT COUNT(*) = ${rounds + 5} FROM MonitorRound`);
  assert.deepEqual(await here.witness.violations(), []);
});

scenario('a trigger that finds another one running skips, also after one was killed', async (here) => {
  const waiting = [];
  const stuck = createServer((_, response) => waiting.push(response));
  await new Promise((done) => stuck.listen(0, '127.0.0.1', done));
  here.atEnd(() => {
    stuck.closeAllConnections();
    stuck.close();
  });
  const reached = () => new Promise((done) => stuck.once('request', done));
  const env = { CRON_SECRET: kSecret, PORT: `${stuck.address().port}`, CRON_LOCK_PATH: join(here.folder, 'cron.lock') };
  const [first, second] = [reached(), here.launch({ args: ['trigger'], env, port: stuck.address().port })];
  await first;
  const skipped = await here.run(['trigger'], { env });
  assert.equal(skipped.code, 0, skipped.stderr);
  assert.equal(waiting.length, 1, 'it did not call');

  await (await second).kill();
  const again = reached();
  const third = here.run(['trigger'], { env });
  await again;
  waiting.at(-1).writeHead(200, { 'content-type': 'application/json' });
  const data = { mode: 'dispatch', dispatched: 0, userIds: [], remaining: 0, queueStats: {}, executedAt: new Date().toISOString() };
  waiting.at(-1).end(JSON.stringify({ success: true, data }));
  assert.equal((await third).code, 0, 'the dead one holds no lock');
});
