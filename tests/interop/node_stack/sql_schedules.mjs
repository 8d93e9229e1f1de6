// What the programs read from and write to UserMonitorSchedule, by SQL, with the columns that the guide has.
import { createPool } from 'mysql2/promise';

import { databaseAccount, settings } from './settings.mjs';

const kNow = 'UTC_TIMESTAMP(3)';
const kUnlocked = `(lockedUntil IS NULL OR lockedUntil < ${kNow})`;
const kDue = `enabled = 1 AND nextRunAt <= ${kNow} AND ${kUnlocked}`;

export class Schedules {
  #pool = createPool(databaseAccount());
  #calls = 0;

  /**
   * Locks up to `limit` due users for this dispatcher, and gives their rows. Several dispatchers may do so at once: who
   * was locked by another one meanwhile is left out.
   */
  async lockDue(limit) {
    const [found] = await this.#pool.query(`SELECT id FROM UserMonitorSchedule WHERE ${kDue} ORDER BY nextRunAt LIMIT ?`, [limit]);
    if (found.length === 0) return [];
    const by = `${settings.lockOwner}-${process.pid}-${++this.#calls}`;
    const ids = found.map(({ id }) => id);
    await this.#pool.query(
      `UPDATE UserMonitorSchedule SET lockedUntil = ${kNow} + INTERVAL ? MICROSECOND, lockedBy = ? WHERE id IN (?) AND ${kDue}`,
      [settings.lockTtlMs * 1000, by, ids],
    );
    const [locked] = await this.#pool.query(
      `SELECT s.userId, u.email, s.intervalMinutes, s.nextRunAt, s.lastRunAt FROM UserMonitorSchedule s
        JOIN User u ON u.id = s.userId WHERE s.id IN (?) AND s.lockedBy = ?`,
      [ids, by],
    );
    return locked;
  }

  async countDue() {
    const [[{ due }]] = await this.#pool.query(`SELECT COUNT(*) AS due FROM UserMonitorSchedule WHERE ${kDue}`);
    return due;
  }

  /** The row of a user, or nothing. */
  async find(userId) {
    const [[row]] = await this.#pool.query('SELECT enabled, intervalMinutes FROM UserMonitorSchedule WHERE userId = ?', [userId]);
    return row;
  }

  /** After a round: how it went, the next one an interval from now, and nobody has the lock. */
  async finish(userId, { status, error = null, durationMs, intervalMinutes }) {
    await this.#pool.query(
      `UPDATE UserMonitorSchedule SET lastRunAt = ${kNow}, lastStatus = ?, lastError = ?, lastDuration = ?,
        nextRunAt = ${kNow} + INTERVAL ? MINUTE, lockedUntil = NULL, lockedBy = NULL, updatedAt = ${kNow} WHERE userId = ?`,
      [status, error, durationMs, intervalMinutes, userId],
    );
  }

  close() {
    return this.#pool.end();
  }
}
