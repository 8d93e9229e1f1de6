// Moving over from the guide's stack on Node to watchbill, role by role, in either order, and back; with the versions of
// BullMQ that such a stack has. At each step everybody who is due is run once.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { MariaDbServer } from './support/mariadb.mjs';
import { generate } from './support/prisma.mjs';
import { RedisServer } from './support/redis.mjs';
import { onStack } from './support/stack.mjs';
import { until } from '../system/support/until.mjs';

// By whom a dispatcher's locks are is its own affair.
const kStacks = { bullmq: { LOCK_OWNER: 'dispatcher' }, bullmq5: { LOCK_OWNER: 'vps2:cron' } };
const kUsers = 30;
const kEnv = { DISPATCH_BATCH_SIZE: '20', WORKER_CONCURRENCY: '3', DISPATCH_TICK: 'off' };

const servers = {};
before(async () => {
  servers.redis = await RedisServer.start();
  servers.mariadb = await MariaDbServer.start();
});
after(async () => {
  await servers.redis?.stop();
  await servers.mariadb?.stop();
});

/** A test for each version of the Node package. */
function moving(name, body, { versions = Object.keys(kStacks) } = {}) {
  for (const version of versions)
    onStack(`${version}: ${name}`, { servers, env: { ...kEnv, ...kStacks[version], BULLMQ_PACKAGE: version } }, body);
}

// The roles that run: a side is started before another one is stopped.
class Roles {
  #here;
  #running = new Map(); // "node web" -> program

  constructor(here) {
    this.#here = here;
  }

  async become({ web, worker }) {
    const wanted = [...web.map((side) => `${side} web`), ...worker.map((side) => `${side} worker`)];
    for (const name of wanted)
      if (!this.#running.has(name)) this.#running.set(name, await this.#here.run(...name.split(' ')));
    for (const [name, program] of this.#running)
      if (!wanted.includes(name)) {
        assert.deepEqual(await program.stop(), { code: 0, signal: null }, name);
        this.#running.delete(name);
      }
  }

  get dispatchers() {
    return ['node web', 'ours web'].map((name) => this.#running.get(name)).filter(Boolean);
  }
}

/** All dispatchers at once, again and again, until nobody is left: the ids that were dispatched. */
async function dispatchAll(here, dispatchers) {
  const dispatched = [];
  await until('everybody is dispatched', async () => {
    const answers = await Promise.all(dispatchers.map((web) => here.dispatch(web)));
    dispatched.push(...answers.flatMap(({ userIds }) => userIds));
    return answers.every(({ userIds, remaining }) => userIds.length === 0 && remaining === 0);
  });
  return dispatched.sort();
}

/** One round of everybody in this state of things. `users`: sorted. */
async function everybodyRunsOnce(here, roles, { web, worker }, users) {
  const step = `${web.join(' and ')} dispatching, ${worker.join(' and ')} working`;
  await roles.become({ web, worker });
  const before = here.target.hits.items.length;
  const startedAt = await here.value('SELECT UTC_TIMESTAMP(3)');
  here.target.hold('/');
  await here.makeDue();
  assert.deepEqual(await dispatchAll(here, roles.dispatchers), users, `${step}: each is dispatched once`);
  const hits = () => here.target.hits.items.slice(before).map(({ path }) => path.split('/'));
  for (const side of worker)
    await until(`${step}: ${side} has rounds`, () => hits().some(([, ranBy]) => ranBy === side));
  here.target.release('/');
  await here.settled();

  assert.deepEqual(hits().map(([, , user]) => user).sort(), users, `${step}: each is run once`);
  assert.deepEqual([...new Set(hits().map(([, ranBy]) => ranBy))].sort(), [...worker].sort(), step);
  assert.equal((await here.queueStats()).failed, 0, step);
  const good = `lastRunAt >= ? AND lastStatus = 'success' AND lastError IS NULL AND lockedBy IS NULL
    AND nextRunAt BETWEEN UTC_TIMESTAMP(3) AND UTC_TIMESTAMP(3) + INTERVAL intervalMinutes MINUTE`;
  const rows = await here.sql(`SELECT userId FROM UserMonitorSchedule WHERE ${good} ORDER BY userId`, [startedAt]);
  assert.deepEqual(rows.map(({ userId }) => userId).sort(), users, `${step}: the rows say so`);
}

const kWays = {
  'workers first': [
    { web: ['node'], worker: ['node'] },
    { web: ['node'], worker: ['node', 'ours'] },
    { web: ['node'], worker: ['ours'] },
    { web: ['node', 'ours'], worker: ['ours'] },
    { web: ['ours'], worker: ['ours'] },
  ],
  'the dispatcher first': [
    { web: ['node'], worker: ['node'] },
    { web: ['node', 'ours'], worker: ['node'] },
    { web: ['ours'], worker: ['node'] },
    { web: ['ours'], worker: ['ours', 'node'] },
    { web: ['ours'], worker: ['ours'] },
  ],
  'and back': [
    { web: ['ours'], worker: ['ours'] },
    { web: ['ours', 'node'], worker: ['ours', 'node'] },
    { web: ['node'], worker: ['node'] },
  ],
};

moving('the stack of the guide works by itself', async (here) => {
  const users = (await here.addUsers(kUsers)).sort();
  const roles = new Roles(here);
  for (let i = 0; i < 2; ++i) await everybodyRunsOnce(here, roles, { web: ['node'], worker: ['node'] }, users);
});

moving(
  'the same with Prisma, as the application of the guide has it',
  async (here) => {
    const generated = await generate();
    here.atEnd(generated.remove);
    here.env.PRISMA_CLIENT = generated.client;
    const users = (await here.addUsers(kUsers)).sort();
    const roles = new Roles(here);
    for (const step of kWays['and back'].toReversed()) await everybodyRunsOnce(here, roles, step, users);
  },
  { versions: ['bullmq'] },
);

for (const [way, steps] of Object.entries(kWays))
  moving(`moving over, ${way}`, async (here) => {
    const users = (await here.addUsers(kUsers)).sort();
    const roles = new Roles(here);
    for (const step of steps) await everybodyRunsOnce(here, roles, step, users);
  });

for (const [from, to] of [
  ['node', 'ours'],
  ['ours', 'node'],
])
  moving(`jobs that the dispatcher of ${from} left in the queue are worked by ${to}`, async (here) => {
    const users = (await here.addUsers(kUsers)).sort();
    const web = await here.run(from, 'web');
    await here.makeDue();
    assert.deepEqual(await dispatchAll(here, [web]), users);
    await web.stop();
    assert.equal((await here.queueStats()).waiting, kUsers);
    await here.run(to, 'worker');
    await here.settled();
    assert.deepEqual(here.target.hits.items.map(({ path }) => path.split('/')[2]).sort(), users);
  });

for (const [from, to] of [
  ['node', 'ours'],
  ['ours', 'node'],
])
  moving(
    `the jobs of a worker of ${from} that was killed are worked by ${to}`,
    async (here) => {
      const users = (await here.addUsers(4)).sort();
      const env = { WORKER_LOCK_TTL: '1000', RUN_LEASE: '1000' };
      const web = await here.run('node', 'web');
      const killed = await here.run(from, 'worker', env);
      here.target.hold(`/${from}/`);
      await here.makeDue();
      await dispatchAll(here, [web]);
      await here.target.hit(`/${from}/`, 3); // as many as run at once
      await killed.kill();
      await here.run(to, 'worker', env);
      await here.settled(30_000);
      const ranBy = here.target.hitsBelow(`/${to}/`).map(({ path }) => path.split('/')[2]);
      assert.deepEqual([...new Set(ranBy)].sort(), users);
    },
    { versions: ['bullmq'] },
  );
