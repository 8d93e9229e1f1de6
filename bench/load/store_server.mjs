// Claims (of one dispatcher, and of two at once) and finishes on a MariaDB with its defaults (each commit is flushed), against the number of schedules, all of
// them due or one in a thousand, by size of the batch; with the plan that the server shows for a claim, and how long a
// reader waits for his schedule through the API meanwhile.
//
//   store_server.mjs [--rows 10000,100000,1000000] [--batches 20,200,1000] [--rounds N] [--pool 4G]
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { MariaDbServer } from '../../tests/interop/support/mariadb.mjs';
import { bench, percentile, round } from './support/bench.mjs';
import { run } from '../../tests/system/support/program.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000,1000000' },
    batches: { type: 'string', default: '20,200,1000' },
    rounds: { type: 'string', default: '20000' },
    pool: { type: 'string', default: '4G' },
  },
});
const kRows = values.rows.split(',').map(Number);
const kBatches = values.batches.split(',').map(Number);
const kRounds = Number(values.rounds);
const kProgram = join(process.env.WATCHBILL_BENCH_BIN ?? 'build/bench', 'store_server');
const kWithinMs = 600_000;

bench(async (here) => {
  const server = await MariaDbServer.start([
    '--innodb-flush-log-at-trx-commit=1',
    `--innodb-buffer-pool-size=${values.pool}`,
    '--innodb-log-file-size=96M',
  ]);
  here.atEnd(() => server.stop());
  const [{ version }] = await server.query('SELECT VERSION() AS version');
  const tables = [];
  for (const rows of kRows)
    for (const dueOneIn of [1, 1000]) {
      const database = `bench_${rows}_${dueOneIn}`;
      await fill(here, server, database, rows, dueOneIn);
      const table = { rows, due: Math.floor(rows / dueOneIn), plan: await planOf(server, database), batches: [] };
      for (const batch of kBatches) {
        // It is claimed three times over, by whole batches, and some more each time.
        const rounds = Math.min(kRounds, Math.floor(table.due / 3 / batch - 1) * batch);
        if (rounds < batch) continue;
        await makeDue(server, database);
        const figures = await measure(urlOf(server, database), { batch, rounds });
        here.note(`${rows} rows, ${table.due} due, batch ${batch}: ${JSON.stringify(figures)}`);
        table.batches.push({ batch, ...figures });
      }
      tables.push(table);
      if (dueOneIn === 1) table.reader = await reader(here, server, database);
      await server.query(`DROP DATABASE ${database}`);
    }
  return { mariadb: version, buffer_pool: values.pool, tables };
});

const urlOf = (server, database) => `mysql://root@127.0.0.1:${server.port}/${database}`;

// The index is made afterwards: row by row it would take hours.
async function fill(here, server, database, rows, dueOneIn) {
  await server.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  const env = { DATABASE_URL: urlOf(server, database) };
  const made = await run(['migrate', 'deploy'], { cwd: here.folder, env });
  if (made.code !== 0) throw new Error(made.stderr);
  const schedules = `${database}.UserMonitorSchedule`;
  await server.query(`ALTER TABLE ${schedules} DROP INDEX UserMonitorSchedule_claimableAt_idx`);
  await server.query(`USE ${database}`); // where the sequences are made
  await server.query('SET unique_checks = 0, foreign_key_checks = 0');
  const id = (prefix) => `CONCAT('${prefix}mj7y0k5e', LPAD(CONV(seq * 7919, 10, 36), 16, '0'))`;
  const step = 500_000;
  for (let first = 1; first <= rows; first += step) {
    const sequence = `seq_${first}_to_${Math.min(rows, first + step - 1)}`;
    await server.query(`INSERT INTO ${database}.User (id, email) SELECT ${id('c')}, CONCAT('user', seq, '@example.org')
      FROM ${sequence} ORDER BY 1`);
    // They ran before. Slots in another order than ids, as phases are.
    await server.query(`INSERT INTO ${schedules} (id, userId, intervalMinutes, nextRunAt, lastRunAt,
      lastStatus, lastDuration, roundsFrom) SELECT ${id('s')}, ${id('c')}, 60,
      UTC_TIMESTAMP(3) - INTERVAL (CRC32(seq) MOD 300000) * 1000 MICROSECOND
      + INTERVAL IF(seq MOD ${dueOneIn} = 0, 0, 30) MINUTE, UTC_TIMESTAMP(3), 'success', 12,
      UTC_TIMESTAMP(3) - INTERVAL 1 DAY FROM ${sequence} ORDER BY 1`);
  }
  await server.query('SET unique_checks = 1, foreign_key_checks = 1');
  await server.query(`ALTER TABLE ${schedules} ADD INDEX UserMonitorSchedule_claimableAt_idx (claimableAt)`);
  await server.query(`ANALYZE TABLE ${schedules}, ${database}.User`);
}

/** Those that were claimed since are due again, and the index is as it was at first. */
async function makeDue(server, database) {
  const schedules = `${database}.UserMonitorSchedule`;
  const changed = await server.query(
    `UPDATE ${schedules} SET lockedUntil = NULL, lockedBy = NULL,
      nextRunAt = UTC_TIMESTAMP(3) - INTERVAL (CRC32(id) MOD 300000) * 1000 MICROSECOND
      WHERE fence > startedFence OR (fence > 0 AND nextRunAt > UTC_TIMESTAMP(3))`,
  );
  if (changed.affectedRows === 0) return;
  // What so large a change leaves in it is removed long afterwards, whatever the server's history length says.
  await server.query(`ALTER TABLE ${schedules} DROP INDEX UserMonitorSchedule_claimableAt_idx`);
  await server.query(`ALTER TABLE ${schedules} ADD INDEX UserMonitorSchedule_claimableAt_idx (claimableAt)`);
}

// The statement of Schedules::lock_due().
async function planOf(server, database) {
  const rows = await server.query(`EXPLAIN SELECT s.id, s.claimableAt, s.userId, coalesce(s.nextRunAt, s.createdAt), s.fence,
    s.intervalMinutes, (SELECT u.email FROM ${database}.User u WHERE u.id = s.userId)
    FROM ${database}.UserMonitorSchedule s FORCE INDEX (UserMonitorSchedule_claimableAt_idx)
    WHERE s.claimableAt <= UTC_TIMESTAMP(3) AND s.claimableAt >= '1000-01-01' AND s.fence < 1000000000000000000
    ORDER BY s.claimableAt LIMIT 1000 FOR UPDATE SKIP LOCKED`);
  return rows.map(({ table, type, key, rows: read, Extra }) => ({ table, type, key, rows: Number(read), extra: Extra }));
}

function measure(url, { batch, rounds }) {
  const child = spawn(kProgram, ['--url', url, '--batch', `${batch}`, '--rounds', `${rounds}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: kWithinMs,
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0 ? done(JSON.parse(output)) : failed(new Error(`store_server ended with ${code}`)),
    );
  });
}

// GET /api/v1/schedule, one after the other, while claims and finishes of 1,000 go on.
async function reader(here, server, database) {
  const url = urlOf(server, database);
  const [{ userId }] = await server.query(`SELECT userId FROM ${database}.UserMonitorSchedule LIMIT 1`);
  const { token, hash } = newToken();
  await server.query(
    `INSERT INTO ${database}.UserApiToken (id, userId, name, tokenHash, readOnly, createdAt) VALUES
      ('bench', '${userId}', 'bench', '${hash}', true, UTC_TIMESTAMP(3))`,
  );
  await makeDue(server, database);
  const program = await here.start({ DATABASE_URL: url, DISPATCH_TICK: 'off' });
  let working = true;
  const work = measure(url, { batch: 1000, rounds: kRounds }).finally(() => (working = false));
  const times = [];
  while (working) {
    const begin = performance.now();
    const answer = await fetch(`${program.url}/api/v1/schedule`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET /api/v1/schedule: ${answer.status} ${text}`);
    times.push(performance.now() - begin);
  }
  await work;
  await program.stop();
  return { requests: times.length, p50_ms: round(percentile(times, 50), 2), p99_ms: round(percentile(times, 99), 2) };
}

function newToken() {
  const token = `wb_${randomBytes(24).toString('base64url')}`;
  return { token, hash: createHash('sha256').update(token).digest('hex') };
}
