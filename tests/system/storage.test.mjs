// A database that cannot do its work: refused or waited for, never overwritten, and never a monitor's "down".
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const kEnv = { PROBE_ALLOW: '127.0.0.0/8', RUN_LEASE: '1m', DISPATCH_TICK: '100ms' };
const kDependencyDown = 6;
const kNotADatabase = 8;
const kSmallDisk = '3m';
const kNobody = 65534;

const monitorsOf = async (client) => (await client.expect(200, 'GET', '/api/v1/monitors')).items;
const write = (client, name) =>
  client.post('/api/v1/monitors', { name, kind: 'tcp', config: { host: '127.0.0.1', port: 9 } });

/** Until /readyz answers with this status: what it found is said for a second. */
const turns = (client, status) =>
  until(`readiness to turn ${status}`, async () => {
    const answer = await client.get('/readyz');
    return answer.status === status && answer.body;
  });

// A disk of its own under ./data, so small that a test can fill it.
async function mountSmallDisk(here) {
  const folder = join(here.folder, 'data');
  await mkdir(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kSmallDisk}`, 'watchbill-test', folder]);
  here.atEnd(() => execFileSync('umount', ['-l', folder]));
  const filler = join(folder, 'filler');
  return {
    async fill() {
      const file = await open(filler, 'w');
      try {
        for (;;) await file.write(Buffer.alloc(4096));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler),
  };
}

function canMount() {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const skipUnlessRoot = process.getuid() === 0 ? false : 'only root can act as another user';
const skipWithoutMount = canMount() ? false : 'a disk of limited size cannot be mounted here';

scenario(
  'a full disk: writes get 503, reads go on, what was acknowledged stays, and it recovers by itself',
  async (here) => {
    const disk = await mountSmallDisk(here);
    await here.prepare();
    const user = await here.household.one();
    const server = await here.start({ env: kEnv });
    const client = here.as(user, server);
    await disk.fill();

    const acknowledged = [];
    const refusal = await until('a refused write', async () => {
      const name = `written ${acknowledged.length}`;
      const answer = await write(client, name);
      if (answer.status !== 201) return answer;
      acknowledged.push(name);
      return undefined;
    });
    assert.equal(refusal.status, 503);
    assert.ok(Number(refusal.headers['retry-after']) >= 1);
    assert.deepEqual((await monitorsOf(client)).map(({ name }) => name), acknowledged);
    await client.expect(200, 'GET', '/healthz');
    const ready = await turns(client, 503);
    assert.deepEqual(ready.checks.filter(({ ok }) => !ok).map(({ name }) => name), ['databaseWrite']);

    await disk.free();
    await turns(client, 200);
    assert.equal((await write(client, 'after')).status, 201);
    await server.kill();
    const names = (await here.database.sql('SELECT name FROM UserMonitor')).map(({ name }) => name);
    assert.deepEqual(names.sort(), [...acknowledged, 'after'].sort());
    assert.equal(await here.database.value('PRAGMA integrity_check'), 'ok');
  },
  { skip: skipWithoutMount },
);

scenario(
  'a disk that is full while a round runs: it is recorded when there is space again, as up',
  async (here) => {
    const disk = await mountSmallDisk(here);
    const target = await here.target();
    await here.prepare();
    const user = await here.household.one({ monitors: 1, url: () => target.url('/') });
    const server = await here.start({ env: kEnv });
    const client = here.as(user, server);
    target.hold('/');
    await client.expect(202, 'POST', '/api/v1/schedule/run');
    await target.hit('/');
    await disk.fill();
    await until('a refused write', async () => (await write(client, 'x')).status === 503);
    target.release('/');
    await server.event('cannot record rounds');
    const before = await monitorsOf(client);
    assert.equal(before.find(({ kind }) => kind === 'http').state, 'pending');
    await disk.free();
    await here.database.until('the round', 'SELECT COUNT(*) FROM MonitorRound', 5_000);
    const after = await monitorsOf(client);
    assert.equal(after.find(({ kind }) => kind === 'http').state, 'up');
    assert.equal(target.hits.items.length, 1);
    assert.deepEqual(await here.witness.violations(), []);
  },
  { skip: skipWithoutMount },
);

const kStrangers = [
  ['a text', async (file) => writeFile(file, 'Dear diary, this is no database.\n'.repeat(100))],
  ['a few bytes', async (file) => writeFile(file, 'x')],
  [
    'a database of another application',
    async (file) => execFileSync('sqlite3', [file, 'CREATE TABLE Book (title); INSERT INTO Book VALUES (1)']),
  ],
  [
    'half a database',
    async (file, here) => {
      await here.run(['migrate', 'deploy']);
      const whole = await readFile(file);
      await writeFile(file, whole.subarray(0, whole.length / 2 + 100));
    },
  ],
];

for (const [what, make] of kStrangers) {
  scenario(`${what} in the place of the database is refused and not touched`, async (here) => {
    const folder = join(here.folder, 'data');
    const file = join(folder, 'watchbill.db');
    await mkdir(folder);
    await make(file, here);
    const bytes = await readFile(file);
    const files = await readdir(folder);
    for (const command of [['up'], ['migrate', 'deploy']]) {
      const { code, stderr } = await here.run(command, { env: { PORT: '1' } });
      assert.equal(code, kNotADatabase, `${command}: exit ${code}\n${stderr}`);
      assert.match(stderr, /watchbill\.db/);
      assert.deepEqual(await readFile(file), bytes);
    }
    const isNew = (name) => name.startsWith('watchbill.db') && !files.includes(name);
    assert.deepEqual((await readdir(folder)).filter(isNew), []);
  });
}

scenario(
  'a folder that cannot be written to is refused with its name, before anything is served',
  async (here) => {
    await here.prepare();
    await chmod(here.folder, 0o755);
    for (const args of [['up'], ['up', '--data-dir', '/proc/watchbill']]) {
      const { code, stderr } = await here.run(args, { uid: kNobody, gid: kNobody });
      assert.equal(code, kDependencyDown, stderr);
      assert.match(stderr, args.length > 1 ? /\/proc\/watchbill/ : /data/);
    }
  },
  { skip: skipUnlessRoot },
);

scenario('a database kept busy by another process: 503, and fine afterwards', async (here) => {
  const target = await here.target();
  await here.prepare();
  const user = await here.household.one({ monitors: 1, url: () => target.url('/') });
  const server = await here.start({ env: kEnv });
  const client = here.as(user, server);
  const release = await here.lockDatabase();
  const reads = Array.from({ length: 20 }, () => client.get('/api/v1/schedule'));
  const answers = await Promise.all([write(client, 'x'), client.get('/readyz'), ...reads]);
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503]);
  await client.expect(200, 'GET', '/healthz');
  await release();
  assert.equal((await write(client, 'y')).status, 201);
  await turns(client, 200);
  await client.expect(202, 'POST', '/api/v1/schedule/run');
  await here.database.until('a round', 'SELECT COUNT(*) FROM MonitorRound');
  assert.equal((await monitorsOf(client)).find(({ kind }) => kind === 'http').state, 'up');
});

scenario(
  'a database that turns read-only: writes get 503, reads go on, verdicts stay',
  async (here) => {
    const target = await here.target();
    await here.prepare();
    const user = await here.household.one({ monitors: 1, url: () => target.url('/') });
    const folder = join(here.folder, 'data');
    for (const path of [here.folder, folder, ...(await readdir(folder)).map((name) => join(folder, name))]) {
      await chown(path, kNobody, kNobody);
    }
    const server = await here.start({ env: kEnv, uid: kNobody, gid: kNobody });
    const client = here.as(user, server);
    assert.equal((await write(client, 'before')).status, 201);

    const locked = (await readdir(folder)).map((name) => join(folder, name));
    for (const path of [...locked, folder]) await chmod(path, 0o555);
    assert.equal((await write(client, 'meanwhile')).status, 503);
    assert.deepEqual((await monitorsOf(client)).map(({ name }) => name), ['monitor 1', 'before']);
    await turns(client, 503);

    for (const path of [folder, ...locked]) await chmod(path, 0o755);
    assert.equal((await write(client, 'after')).status, 201);
    await client.expect(202, 'POST', '/api/v1/schedule/run');
    await here.database.until('a round', 'SELECT COUNT(*) FROM MonitorRound');
    assert.equal((await monitorsOf(client))[0].state, 'up');
  },
  { skip: skipUnlessRoot },
);
