// The stack of Redis, MariaDB (each commit is flushed), web and worker, for benches.
import { Stack } from '../../../tests/interop/support/stack.mjs';

const kDatabaseFlags = ['--innodb-flush-log-at-trx-commit=1', '--innodb-buffer-pool-size=512M', '--innodb-log-file-size=96M'];

/** With all tables; `env` for every program. */
export async function startStack(here, env) {
  const stack = await Stack.start({ env: { LOG_LEVEL: 'warning', ...env }, flags: kDatabaseFlags });
  here.atEnd(() => stack.stop());
  return stack;
}

/** `count` users as the guide's application has them, due at `due`, an SQL expression in which `seq` counts from 1. */
export async function addUsers(stack, count, { intervalMinutes = 1440, due = 'UTC_TIMESTAMP(3) + INTERVAL 1 DAY' } = {}) {
  const users = `SELECT seq, CONCAT('cmj7y0k5e', LPAD(seq, 16, '0')) AS id FROM seq_1_to_${count}`;
  await stack.sql(`INSERT INTO User (id, email) SELECT id, CONCAT('user', seq, '@example.org') FROM (${users}) u`);
  await stack.sql(
    `INSERT INTO UserMonitorSchedule (id, userId, intervalMinutes, nextRunAt) SELECT CONCAT('s', id), id, ?, ${due} FROM (${users}) u`,
    [intervalMinutes],
  );
}

/** An SQL literal of a time in milliseconds since 1970. */
export const timeLiteral = (ms) => `'${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;

/** How late rounds started, in milliseconds, of those for which `where` holds. */
export async function latenessOf(stack, where = 'TRUE') {
  const late = 'TIMESTAMPDIFF(MICROSECOND, slot, startedAt) / 1000';
  const [all] = await stack.sql(`SELECT COUNT(*) AS rounds, MAX(${late}) AS max FROM MonitorRound WHERE ${where}`);
  const rank = async (part) => {
    const at = Math.min(Number(all.rounds) - 1, Math.floor(part * Number(all.rounds)));
    return Number(await stack.value(`SELECT ${late} AS late FROM MonitorRound WHERE ${where} ORDER BY late LIMIT 1 OFFSET ${at}`));
  };
  return { rounds: Number(all.rounds), p50: await rank(0.5), p99: await rank(0.99), max: Number(all.max) };
}
