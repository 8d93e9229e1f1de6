// Users and monitors by the hundred, written straight into the database as another application would.
import { createHash, randomBytes } from 'node:crypto';

import { quote } from './database.mjs';

const kHour = 3_600_000;

export class Household {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /**
   * `count` users, each with `monitors` HTTP monitors of `url(user, number)` and perhaps more in `config(number)`, a
   * token for the interface and a slot `dueInMs` from now.
   */
  async add(count, { monitors = 0, url, config = () => ({}), intervalMinutes = 5, dueInMs = kHour, prefix = 'user' } = {}) {
    const users = Array.from({ length: count }, (_, i) => newUser(`${prefix}${i + 1}`));
    const now = Date.now();
    const rows = users.flatMap((user) => [
      insert('User', { id: user.id, email: user.email }),
      insert('UserAccount', { userId: user.id, name: user.name, createdAt: now, updatedAt: now }),
      insert('UserMonitorSchedule', {
        id: user.id,
        userId: user.id,
        enabled: 1,
        intervalMinutes,
        nextRunAt: Math.round(now + dueInMs),
        createdAt: now,
        updatedAt: now,
      }),
      insert('UserApiToken', token(user, now)),
      ...Array.from({ length: monitors }, (_, i) => insert('UserMonitor', monitor(user, i, { url: url(user, i), ...config(i) }, now))),
    ]);
    await this.#database.sql(`BEGIN IMMEDIATE;\n${rows.join('\n')}\nCOMMIT;`);
    return users;
  }

  async one(options) {
    return (await this.add(1, options))[0];
  }
}

function newUser(name) {
  const id = randomBytes(13).toString('hex');
  return { id, name, email: `${name}-${id.slice(0, 6)}@example.org`, token: `wb_${randomBytes(32).toString('base64url')}` };
}

function token(user, now) {
  const tokenHash = createHash('sha256').update(user.token).digest('hex');
  return { id: randomBytes(13).toString('hex'), userId: user.id, name: 'test', tokenHash, readOnly: 0, createdAt: now };
}

function monitor(user, number, config, now) {
  const names = { userId: user.id, id: `${user.id}m${number}`, position: number, name: `monitor ${number + 1}` };
  const times = { stateSince: now, createdAt: now, updatedAt: now };
  return { ...names, kind: 'http', config: JSON.stringify(config), ...times };
}

function insert(table, row) {
  const values = Object.values(row).map((value) => (typeof value === 'number' ? value : quote(value)));
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});`;
}
