// One user's load does not become the others'.
import assert from 'node:assert/strict';

import { until } from '../system/support/until.mjs';
import { onStack } from './support/stack.mjs';

const kOthers = 100;
const kMonitors = 1000;
const kChecksPerRound = 10;
const kEnv = { DISPATCH_BATCH_SIZE: '200', WORKER_CONCURRENCY: '2' };

onStack('a thousand monitors that do not answer keep nobody else waiting, and are one round', { env: kEnv }, async (here) => {
  const [slow] = await here.addUsers(1, { prefix: 'slow' });
  await here.sql(
    `INSERT INTO UserMonitor (userId, id, position, name, kind, config, stateSince, createdAt, updatedAt)
      SELECT userId, CONCAT('n', seq), seq, CONCAT('target ', seq), kind, config, stateSince, createdAt, updatedAt
        FROM UserMonitor, seq_2_to_${kMonitors}`,
  );
  await here.sql(`UPDATE UserMonitor SET config = JSON_SET(config, '$.timeoutMs', 60000)`);
  await here.addUsers(kOthers, { prefix: 'other' });
  here.target.hold('/ours/slow');
  const web = await here.run('ours', 'web');
  await here.run('ours', 'worker');
  // His job is the first.
  await here.sql('UPDATE UserMonitorSchedule SET nextRunAt = UTC_TIMESTAMP(3) - INTERVAL (userId = ?) MINUTE', [slow]);
  assert.equal((await here.dispatch(web)).dispatched, kOthers + 1);

  const recorded = `SELECT COUNT(*) FROM MonitorRound WHERE userId <> '${slow}'`;
  await until('the others have run', async () => Number(await here.value(recorded)) === kOthers, 5_000);
  assert.equal(here.target.hitsBelow('/ours/slow').length, kChecksPerRound, 'so many of his checks at once');

  // He is due again, and still running.
  await here.sql('UPDATE UserMonitorSchedule SET nextRunAt = UTC_TIMESTAMP(3)');
  await here.dispatch(web);
  await until('the others have run again', async () => Number(await here.value(recorded)) === 2 * kOthers, 5_000);
  assert.equal(here.target.hitsBelow('/ours/slow').length, kChecksPerRound, 'no second round beside the first');
  here.target.release('/ours/slow');
  const his = `SELECT COUNT(*) FROM MonitorRound WHERE userId = '${slow}'`;
  await until('his round is recorded', async () => Number(await here.value(his)) === 1, 20_000);
});
