// The judge: triggers in the test's database log every committed change of schedules and rounds, and `violations` says
// what in such a log must never be (docs/design/protocol.md, "Always true"). The product knows nothing of it.

const kNow = "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";

// `operator` is 1 while the test itself changes rows through Witness.operate().
const kInstall = `
CREATE TABLE WitnessSwitch (operator INTEGER NOT NULL);
INSERT INTO WitnessSwitch VALUES (0);
CREATE TABLE Witness (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL, operator INTEGER NOT NULL, userId TEXT NOT NULL,
  intervalMinutes INTEGER, oldSlot INTEGER, slot INTEGER, oldFence INTEGER, fence INTEGER, oldStarted INTEGER,
  started INTEGER, oldLockedUntil INTEGER, lockedUntil INTEGER, oldLockedBy TEXT, lockedBy TEXT, missed INTEGER);
CREATE TRIGGER witness_schedule AFTER UPDATE ON UserMonitorSchedule BEGIN
  INSERT INTO Witness SELECT NULL, ${kNow}, 'schedule', operator, NEW.userId, NEW.intervalMinutes, OLD.nextRunAt,
    NEW.nextRunAt, OLD.fence, NEW.fence, OLD.startedFence, NEW.startedFence, OLD.lockedUntil, NEW.lockedUntil,
    OLD.lockedBy, NEW.lockedBy, NULL FROM WitnessSwitch;
END;
CREATE TRIGGER witness_round AFTER INSERT ON MonitorRound BEGIN
  INSERT INTO Witness SELECT NULL, ${kNow}, 'round', operator, NEW.userId, s.intervalMinutes, NULL, NEW.slot, s.fence,
    NEW.fence, NULL, s.startedFence, NULL, NULL, NULL, NEW.worker, NEW.missed
    FROM WitnessSwitch, UserMonitorSchedule s WHERE s.userId = NEW.userId;
END;
CREATE TRIGGER witness_round_gone BEFORE DELETE ON MonitorRound BEGIN
  INSERT INTO Witness SELECT NULL, ${kNow}, 'deleted', operator, OLD.userId, NULL, NULL, OLD.slot, NULL, OLD.fence, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL FROM WitnessSwitch;
END;
CREATE TRIGGER witness_round_changed BEFORE UPDATE ON MonitorRound BEGIN
  INSERT INTO Witness SELECT NULL, ${kNow}, 'changed', operator, OLD.userId, NULL, NULL, OLD.slot, NULL, OLD.fence, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL FROM WitnessSwitch;
END;
`;

export class Witness {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** The database must be migrated. */
  static async install(database) {
    await database.sql(`BEGIN IMMEDIATE; ${kInstall} COMMIT;`);
    return new Witness(database);
  }

  /** Changes rows as an operator would by hand: the judge lets it pass. */
  operate(sql) {
    return this.#database.sql(
      `BEGIN IMMEDIATE; UPDATE WitnessSwitch SET operator = 1; ${sql}; UPDATE WitnessSwitch SET operator = 0; COMMIT;`,
    );
  }

  /** Makes users due now, each with a slot that he never had: \`where\` is a condition on the schedule. */
  makeDue(where = '1') {
    return this.operate(`UPDATE UserMonitorSchedule SET nextRunAt = MAX(${kNow}, COALESCE(
      (SELECT MAX(slot) + 1 FROM MonitorRound r WHERE r.userId = UserMonitorSchedule.userId), 0)) WHERE ${where}`);
  }

  log() {
    return this.#database.sql('SELECT * FROM Witness ORDER BY n');
  }

  async violations() {
    return violations(await this.log());
  }

  /** Slots given by makeDue() that have no round. */
  unrecorded() {
    return this.#database.sql(`SELECT userId, slot FROM Witness w WHERE operator AND slot <> oldSlot AND NOT EXISTS
      (SELECT 1 FROM MonitorRound r WHERE r.userId = w.userId AND r.slot = w.slot)`);
  }
}

/** Sentences that say what is wrong in a log of Witness rows; empty when nothing is. */
export function violations(log) {
  const found = [];
  const users = new Map();
  for (const row of log) {
    if (!users.has(row.userId)) users.set(row.userId, new History(row.userId, found));
    users.get(row.userId).take(row);
  }
  for (const history of users.values()) history.end();
  return found;
}

// The rows of one user, in the order of their commits.
class History {
  #recorded = new Map(); // slot -> the row of its round
  #advances = []; // changes of the slot by the product
  #highest = 0;

  constructor(user, found) {
    this.wrong = (row, text) => found.push(`${user}: ${text} (row ${row.n})`);
  }

  take(row) {
    if (row.what === 'schedule') this.#schedule(row);
    else if (row.what === 'round') this.#round(row);
    else this.wrong(row, `the round of slot ${row.slot} was ${row.what}`);
  }

  end() {
    for (const row of this.#advances) this.#checkAdvance(row);
  }

  #schedule(row) {
    if (row.fence < row.oldFence) this.wrong(row, `the fence fell from ${row.oldFence} to ${row.fence}`);
    if (row.fence > row.oldFence) this.#claim(row);
    if (row.started > row.fence) this.wrong(row, `started fence ${row.started} of ${row.fence}`);
    if (this.#takenOver(row)) this.wrong(row, `${row.lockedBy} took fence ${row.fence} from ${row.oldLockedBy}`);
    if (row.slot !== row.oldSlot && !row.operator) this.#advances.push(row);
  }

  #claim(row) {
    if (row.fence <= this.#highest) this.wrong(row, `fence ${row.fence} was given out before`);
    this.#highest = row.fence;
    if (row.oldLockedUntil !== null && row.oldLockedUntil > row.at) {
      this.wrong(row, `claimed ${row.oldLockedUntil - row.at} ms before the lease before it was over`);
    }
  }

  // A started fence belongs to one worker; whoever comes after needs a fence of his own.
  #takenOver({ oldFence, fence, oldStarted, started, oldLockedBy, lockedBy }) {
    const running = fence === oldFence && started === fence && oldStarted === fence;
    return running && oldLockedBy !== null && lockedBy !== null && lockedBy !== oldLockedBy;
  }

  #round(row) {
    if (this.#recorded.has(row.slot)) this.wrong(row, `slot ${row.slot} was recorded twice`);
    this.#recorded.set(row.slot, row);
    // oldFence: the schedule's at that moment.
    if (row.fence !== row.oldFence) this.wrong(row, `finished with fence ${row.fence} while ${row.oldFence} was current`);
    if (row.fence !== row.started) this.wrong(row, `finished fence ${row.fence}, which was not started`);
  }

  // A slot that the product leaves behind is recorded; what lies between it and the next is counted as missed. A slot that
  // was still to come may be moved (run now, an edited interval), and one whose round is running.
  #checkAdvance(row) {
    const round = this.#recorded.get(row.oldSlot);
    if (!round) {
      if (row.oldSlot <= row.at) this.wrong(row, `slot ${row.oldSlot} was left behind without a round`);
      return;
    }
    const finishing = row.oldLockedUntil !== null && row.lockedUntil === null;
    if (!finishing) return; // moved by an edit while its round ran
    const steps = (row.slot - row.oldSlot) / (row.intervalMinutes * 60_000);
    if (!Number.isInteger(steps)) this.wrong(row, `slot ${row.slot} is off the beat of ${row.oldSlot}`);
    else if (steps - 1 !== round.missed) this.wrong(row, `${steps - 1} slots were missed, ${round.missed} counted`);
  }
}
