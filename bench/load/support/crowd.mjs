// Fills a database with users by the million in seconds: random ids as the product makes them, rows in the order of the
// keys, everything in one transaction.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';

const kAlphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const kIdLength = 26;
const kRowsPerInsert = 400;

/** `count` sorted ids. */
export function sortedIds(count) {
  const bytes = randomBytes(count * kIdLength);
  const ids = Array.from({ length: count }, (_, i) => {
    let id = '';
    for (let j = 0; j < kIdLength; ++j) id += kAlphabet[bytes[i * kIdLength + j] & 31];
    return id;
  });
  return ids.sort();
}

/**
 * Inserts `count` users with schedules of `intervalMinutes`. `slot(i)` is the first slot of the i-th, in epoch
 * milliseconds; `url(i)`, if given, what his `monitors` monitors watch.
 */
export async function addCrowd(database, count, { intervalMinutes, slot, url, monitors = 1 }) {
  const ids = sortedIds(count);
  const now = Date.now();
  const child = spawn('sqlite3', ['-bail', database.file], { stdio: ['pipe', 'inherit', 'inherit'] });
  const write = async (text) => child.stdin.write(text) || once(child.stdin, 'drain');
  const insert = async (columns, row) => {
    for (let i = 0; i < count; i += kRowsPerInsert) {
      const rows = ids.slice(i, i + kRowsPerInsert).map((id, j) => `(${row(id, i + j)})`);
      await write(`INSERT INTO ${columns} VALUES ${rows.join(',')};\n`);
    }
  };
  await write('PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN;\n');
  await insert('User (id, email)', (id) => `'${id}','${id}@example.org'`);
  await insert('UserAccount (userId, createdAt, updatedAt)', (id) => `'${id}',${now},${now}`);
  await insert(
    'UserMonitorSchedule (id, userId, intervalMinutes, nextRunAt, createdAt, updatedAt)',
    (id, i) => `'${id}','${id}',${intervalMinutes},${Math.round(slot(i))},${now},${now}`,
  );
  for (let m = 0; url && m < monitors; ++m) {
    await insert(
      'UserMonitor (userId, id, position, name, kind, config, stateSince, createdAt, updatedAt)',
      (id, i) => `'${id}','${id}${m}',${m},'page','http','${JSON.stringify({ url: url(i) })}',${now},${now},${now}`,
    );
  }
  child.stdin.end('COMMIT; PRAGMA optimize;\n');
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`sqlite3: exit ${code}`);
  return ids;
}
