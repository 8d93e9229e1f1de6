// prisma/schema.prisma and the migrations in the hands of Prisma 7, on MariaDB: they make the same tables, and the client
// works on them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, beforeEach } from 'node:test';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';

import { run } from '../system/support/program.mjs';
import { MariaDbServer } from './support/mariadb.mjs';
import { until } from '../system/support/until.mjs';
import { generate, kMigrations, kSchema, prisma } from './support/prisma.mjs';
import { tablesInDatabase, tablesInSchema } from './support/tables.mjs';

// Times are UTC wherever the server and its clients are.
process.env.TZ = 'Asia/Shanghai';
const kServerFlags = ['--default-time-zone=+05:30'];
const kDatabase = 'watchbill';

let server;
let generated;
let client;

before(async () => {
  generated = await generate();
  server = await MariaDbServer.start(kServerFlags);
  await server.query(`CREATE DATABASE ${kDatabase} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  await makeTables();
  client = new generated.PrismaClient({ adapter: new PrismaMariaDb({ ...server.account, database: kDatabase }) });
});
after(async () => {
  await client?.$disconnect();
  await server?.stop();
  await generated?.remove();
});
beforeEach(() => client.user.deleteMany());

// By hand, as the guide says: each file in the order of its folder's name.
async function makeTables() {
  for (const name of await migrationNames()) await server.runFile(kDatabase, fileOf(name));
}

async function migrationNames() {
  const entries = await readdir(kMigrations, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return folders.sort();
}

const fileOf = (name) => join(kMigrations, name, 'migration.sql');

const query = (sql, values) => server.query(sql, values);

/** `watchbill migrate …` on a database of the server, in the folder that any command may be given in. */
function migrate(database, ...args) {
  const { host, port, user } = server.account;
  const env = { DATABASE_URL: `mysql://${user}@${host}:${port}/${database}` };
  return run(['migrate', ...args], { cwd: tmpdir(), env });
}

/** A user with a schedule, written with the columns that the specification has. */
async function addSchedule(columns = {}) {
  await client.user.create({ data: { id: 'u1', email: 'u1@example.com' } });
  return schedules().create({ data: { id: 's1', userId: 'u1', ...columns } });
}
const kNow = new Date('2026-11-25T12:00:00.000Z');
const kIncident = { userId: 'u1', id: 'i1', monitorId: 'm1', startedAt: kNow, cause: 'timeout', detail: '' };
const kOfUser = [
  ...['userMonitorSchedule', 'userAccount', 'userMonitor', 'monitorIncident'],
  ...['monitorChannel', 'monitorAlertOutbox', 'userSession', 'userApiToken'],
];

/** One row of all that belongs to a user. */
async function addEverything() {
  await addSchedule();
  const [createdAt, userId] = [kNow, 'u1'];
  const named = { userId, name: 'n', kind: 'http', config: '{}', createdAt };
  await client.userAccount.create({ data: { userId, createdAt } });
  await client.userMonitor.create({ data: { ...named, id: 'm1', position: 1n, stateSince: kNow } });
  await client.monitorIncident.create({ data: kIncident });
  await client.monitorChannel.create({ data: { ...named, id: 'c1' } });
  const alert = { userId, id: 'a1', channelId: 'c1', incidentId: 'i1', transition: 'down', createdAt };
  await client.monitorAlertOutbox.create({ data: alert });
  await client.userSession.create({ data: { tokenHash: 't', userId, createdAt, expiresAt: kNow, seenAt: kNow } });
  await client.userApiToken.create({ data: { id: 't1', userId, name: 'n', tokenHash: 't', createdAt } });
}

const schedules = () => client.userMonitorSchedule;
const change = (data) => schedules().update({ where: { userId: 'u1' }, data });

/** A column as the database has it. */
async function stored(column) {
  const [row] = await server.query(`SELECT CAST(${column} AS CHAR) AS text FROM ${kDatabase}.UserMonitorSchedule`);
  return row.text;
}

for (const args of [['validate'], ['format', '--check']])
  test(`prisma ${args.join(' ')} has nothing to say`, async () => {
    const { code, stderr } = await prisma([...args, `--schema=${kSchema}`]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /warn/i);
  });

test('the schema has the tables of the migrations: columns, indexes, foreign keys', async (t) => {
  const inSchema = tablesInSchema(generated.model, generated.text);
  const inDatabase = await tablesInDatabase(query, kDatabase);
  assert.ok('UserMonitorSchedule' in inDatabase);
  assert.deepEqual(Object.keys(inSchema).sort(), Object.keys(inDatabase).sort());
  for (const [name, table] of Object.entries(inSchema))
    await t.test(name, () => assert.deepEqual(table, inDatabase[name]));
});

test('a schedule with the columns of the specification is written and read back', async () => {
  const columns = {
    enabled: true,
    intervalMinutes: 15,
    nextRunAt: new Date('2026-11-25T00:15:00.000Z'),
    lastRunAt: new Date('2026-11-25T00:00:00.123Z'),
    lastStatus: 'success',
    lastError: '超时 ⏱',
    lastDuration: 1234,
    lockedUntil: new Date('2026-11-25T00:01:00.999Z'),
    lockedBy: 'worker-1',
  };
  await addSchedule(columns);
  const schedule = await schedules().findUnique({ where: { userId: 'u1' }, include: { user: true } });
  for (const [name, value] of Object.entries(columns)) assert.deepEqual(schedule[name], value, name);
  assert.deepEqual(schedule.user, { id: 'u1', email: 'u1@example.com' });
  assert.equal(schedule.fence, 0n);
});

test('what is left out has the defaults of the specification', async () => {
  const schedule = await addSchedule();
  const { enabled, intervalMinutes, lastStatus, nextRunAt, createdAt, updatedAt } = schedule;
  assert.deepEqual({ enabled, intervalMinutes, lastStatus }, { enabled: true, intervalMinutes: 5, lastStatus: null });
  for (const time of [nextRunAt, createdAt, updatedAt]) assert.ok(Math.abs(time - Date.now()) < 60_000, String(time));
});

test('times are stored in UTC, to the millisecond', async () => {
  await addSchedule({ nextRunAt: new Date('2026-03-29T01:30:00.001Z') });
  assert.equal(await stored('nextRunAt'), '2026-03-29 01:30:00.001');
  for (const time of ['2026-12-31T23:59:59.999Z', '2028-02-29T00:00:00.000Z', '2026-10-25T00:59:59.010Z']) {
    const { nextRunAt } = await change({ nextRunAt: new Date(time) });
    assert.equal(nextRunAt.toISOString(), time);
    assert.equal(`${(await stored('nextRunAt')).replace(' ', 'T')}Z`, time);
  }
});

test('claimableAt follows: the later of nextRunAt and lockedUntil, null when disabled', async () => {
  const [early, middle, late] = [1, 2, 3].map((hour) => new Date(Date.UTC(2026, 10, 25, hour, 0, 0, hour)));
  assert.deepEqual((await addSchedule({ nextRunAt: middle })).claimableAt, middle);
  assert.deepEqual((await change({ nextRunAt: early })).claimableAt, early);
  assert.deepEqual((await change({ lockedUntil: late })).claimableAt, late);
  assert.deepEqual((await change({ nextRunAt: middle, lockedUntil: early })).claimableAt, middle);
  assert.equal((await change({ enabled: false })).claimableAt, null);
  assert.deepEqual((await change({ enabled: true, lockedUntil: null })).claimableAt, middle);
  assert.equal(await schedules().count({ where: { claimableAt: { lte: middle } } }), 1);
  assert.equal(await schedules().count({ where: { claimableAt: { lt: middle } } }), 0);
});

test('a computed column is not the client’s to write', async () => {
  await addSchedule();
  await assert.rejects(change({ claimableAt: new Date() }), /generated column/);
});

test('rows with computed columns are created many at once', async () => {
  const start = Date.UTC(2026, 10, 25);
  const round = (slot, lateMs) => ({
    ...{ userId: 'u1', fence: 1n, triggeredBy: 'slot', worker: 'w', outcome: 'success' },
    ...{ up: 1, down: 0, unknown: 0, missed: 0n },
    slot: new Date(slot),
    startedAt: new Date(slot + lateMs),
    finishedAt: new Date(slot + 10_000),
  });
  await client.monitorRound.createMany({ data: [round(start, 1500), round(start + 60_000, -20)] });
  const rounds = await client.monitorRound.findMany({ orderBy: { slot: 'asc' } });
  assert.deepEqual(
    rounds.map(({ lateness }) => lateness),
    [1500n, 0n],
  );
});

for (const intervalMinutes of [0, 1441])
  test(`an interval of ${intervalMinutes} minutes is refused`, async () => {
    await assert.rejects(addSchedule({ intervalMinutes }), /UserMonitorSchedule_intervalMinutes_check/);
    assert.equal(await schedules().count(), 0);
  });

for (const intervalMinutes of [1, 1440])
  test(`an interval of ${intervalMinutes} minutes is taken`, async () => {
    assert.equal((await addSchedule({ intervalMinutes })).intervalMinutes, intervalMinutes);
  });

test('a monitor has one open incident', async () => {
  await addEverything();
  const second = { ...kIncident, id: 'i2' };
  await assert.rejects(client.monitorIncident.create({ data: second }), /MonitorIncident_open_key/);
  await client.monitorIncident.create({ data: { ...second, endedAt: kNow } });
  const incidents = await client.monitorIncident.findMany({ orderBy: { id: 'asc' } });
  assert.deepEqual(
    incidents.map(({ openMonitorId }) => openMonitorId),
    ['m1', null],
  );
});

test('all that hangs on a user goes with him', async () => {
  await addEverything();
  for (const model of kOfUser) assert.equal(await client[model].count(), 1, model);
  await client.user.delete({ where: { id: 'u1' } });
  for (const model of kOfUser) assert.equal(await client[model].count(), 0, model);
});

test('watchbill applies the migrations and notes them as Prisma does', async () => {
  await server.query('CREATE DATABASE by_watchbill CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
  const deployed = await migrate('by_watchbill', 'deploy');
  assert.equal(deployed.code, 0, deployed.stderr);
  const notes = await server.query(
    `SELECT migration_name, checksum, logs, rolled_back_at, applied_steps_count, finished_at >= started_at AS finished,
      id RLIKE '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' AS is_uuid
      FROM by_watchbill._prisma_migrations ORDER BY migration_name`,
  );
  const expected = await Promise.all(
    (await migrationNames()).map(async (name) => ({
      migration_name: name,
      checksum: createHash('sha256').update(await readFile(fileOf(name))).digest('hex'),
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      finished: 1,
      is_uuid: 1,
    })),
  );
  assert.deepEqual(notes.map((note) => ({ ...note })), expected);
  const { _prisma_migrations: _, ...tables } = await tablesInDatabase(query, 'by_watchbill');
  assert.deepEqual(tables, await tablesInDatabase(query, kDatabase));
});

test('a database that was begun by hand, or by Prisma, is brought on', async () => {
  const [first] = await migrationNames();
  await server.query('CREATE DATABASE by_hand CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
  await server.runFile('by_hand', fileOf(first));
  assert.equal((await migrate('by_hand', 'status')).code, 7);
  const deployed = await migrate('by_hand', 'deploy');
  assert.equal(deployed.code, 0, deployed.stderr);
  assert.equal((await migrate('by_hand', 'status')).code, 0);
  assert.match((await migrate('by_hand', 'deploy')).stdout, /up to date/);
});

test('who migrates waits for who else does', async () => {
  await server.query('CREATE DATABASE busy');
  await server.query("SELECT GET_LOCK('prisma_migrate', 10)");
  const waiting = migrate('busy', 'deploy');
  await until('it waits for the lock', async () => {
    const [{ waiters }] = await server.query(
      "SELECT COUNT(*) AS waiters FROM information_schema.processlist WHERE info LIKE '%GET_LOCK%' AND id <> CONNECTION_ID()",
    );
    return Number(waiters) > 0;
  });
  await server.query("SELECT RELEASE_LOCK('prisma_migrate')");
  assert.equal((await waiting).code, 0);
});
