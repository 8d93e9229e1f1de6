// The same as sql_schedules.mjs, as an application writes it with Prisma's client.
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { createJiti } from 'jiti';

import { databaseAccount, settings } from './settings.mjs';

// What `prisma generate` makes is TypeScript.
const typescript = createJiti(import.meta.url, { fsCache: false, nativeModules: ['@prisma/client'] });
const { PrismaClient } = await typescript.import(settings.prismaClient);

function due() {
  const now = new Date();
  return { enabled: true, nextRunAt: { lte: now }, OR: [{ lockedUntil: null }, { lockedUntil: { lt: now } }] };
}

export class Schedules {
  #client = new PrismaClient({ adapter: new PrismaMariaDb(databaseAccount()) });
  #rows = this.#client.userMonitorSchedule;
  #calls = 0;

  async lockDue(limit) {
    const found = await this.#rows.findMany({ where: due(), orderBy: { nextRunAt: 'asc' }, take: limit, select: { id: true } });
    if (found.length === 0) return [];
    const lockedBy = `${settings.lockOwner}-${process.pid}-${++this.#calls}`;
    const id = { in: found.map((row) => row.id) };
    await this.#rows.updateMany({
      where: { id, ...due() },
      data: { lockedUntil: new Date(Date.now() + settings.lockTtlMs), lockedBy },
    });
    const rows = await this.#rows.findMany({ where: { id, lockedBy }, include: { user: true } });
    return rows.map(({ user, ...row }) => ({ ...row, email: user.email }));
  }

  countDue() {
    return this.#rows.count({ where: due() });
  }

  find(userId) {
    return this.#rows.findUnique({ where: { userId } });
  }

  async finish(userId, { status, error = null, durationMs, intervalMinutes }) {
    const now = new Date();
    await this.#rows.update({
      where: { userId },
      data: {
        lastRunAt: now,
        lastStatus: status,
        lastError: error,
        lastDuration: durationMs,
        nextRunAt: new Date(now.getTime() + intervalMinutes * 60_000),
        lockedUntil: null,
        lockedBy: null,
      },
    });
  }

  close() {
    return this.#client.$disconnect();
  }
}
