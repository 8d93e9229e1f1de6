// Targets that mean harm, through the whole product: the slot is free at the deadline, memory stays flat.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { kHostile, startHostile } from './support/hostile.mjs';
import { scenario } from './support/scenario.mjs';

const kTimeoutMs = 1_000;
const kSlackMs = 500;
const kWaves = 4;
const kMostGrowth = 48 << 20;

async function startAll(here) {
  const running = await Promise.all(kHostile.map((hostile) => startHostile(hostile, here.folder)));
  for (const { close } of running) here.atEnd(close);
  return running;
}

scenario('every hostile target gets its verdict by the deadline, wave after wave, in flat memory', async (here) => {
  const hostile = await startAll(here);
  await here.prepare();
  const url = (_, i) => hostile[i].url;
  const config = (i) => ({ ...kHostile[i].config, timeoutMs: kTimeoutMs });
  await here.household.add(4, { monitors: hostile.length, url, config });
  const env = { PROBE_ALLOW: '127.0.0.0/8', WORKER_CONCURRENCY: '10', DISPATCH_TICK: '50ms' };
  const server = await here.start({ env });
  let first;
  for (let wave = 1; wave <= kWaves; ++wave) {
    await here.witness.makeDue();
    await here.database.until(`wave ${wave}`, `SELECT COUNT(*) = ${4 * wave} FROM MonitorRound`, 8_000);
    first ??= await server.memory();
  }
  const growth = (await server.memory()) - first;
  assert.ok(growth < kMostGrowth, `memory grew by ${growth >> 20} MiB after the first wave`);

  const slowest = await here.database.value('SELECT MAX(totalUs) / 1000 FROM MonitorCheck');
  assert.ok(slowest <= kTimeoutMs + kSlackMs, `a check took ${slowest} ms`);
  const results = await here.database.sql(`SELECT m.name, c.verdict, c.cause, COUNT(*) AS times FROM MonitorCheck c
    JOIN UserMonitor m ON m.id = c.monitorId GROUP BY 1, 2, 3`);
  const found = Object.fromEntries(results.map(({ name, verdict, cause }) => [name, `${verdict}: ${cause}`]));
  const expected = Object.fromEntries(kHostile.map(({ verdict, cause }, i) => [`monitor ${i + 1}`, `${verdict}: ${cause}`]));
  assert.deepEqual(found, expected);
  assert.ok(results.every(({ times }) => times === 4 * kWaves));
  assert.deepEqual(await here.witness.violations(), []);
});

scenario('as many users with hostile targets as there are workers delay nobody else', async (here) => {
  const hostile = await startAll(here);
  const target = await here.target();
  await here.prepare();
  const url = (_, i) => hostile[i % hostile.length].url;
  await here.household.add(3, { monitors: 200, url, config: () => ({ timeoutMs: 5_000 }), prefix: 'mallory' });
  await here.household.add(20, { monitors: 1, url: (user) => target.url(`/${user.name}/`), prefix: 'user' });
  await here.start({ env: { PROBE_ALLOW: '127.0.0.0/8', WORKER_CONCURRENCY: '2', DISPATCH_TICK: '50ms' } });
  await here.witness.makeDue();
  await here.database.until('the others', `SELECT COUNT(*) = 20 FROM MonitorRound WHERE outcome = 'success'`, 8_000);
});

scenario('private addresses are not probed: refused at save, blocked at run, and no packet is sent', async (here) => {
  const target = await here.target();
  await here.prepare();
  // Saved before the rules were tightened, as it were.
  const user = await here.household.one({ monitors: 1, url: () => target.url('/') });
  const server = await here.start();
  const client = here.as(user, server);
  const urls = [target.url('/'), `http://localhost:${target.port}/`, `http://[::1]:${target.port}/`, `http://2130706433:${target.port}/`,
    `http://0x7f.1:${target.port}/`, `http://[::ffff:127.0.0.1]:${target.port}/`, 'http://169.254.169.254/', 'http://10.0.0.1/'];
  for (const url of urls) {
    const refusal = await client.expect(422, 'POST', '/api/v1/monitors', { name: 'x', kind: 'http', config: { url } });
    assert.equal(refusal.fields[0].code, 'target_not_allowed', url);
  }
  for (const url of ['ftp://example.org/', 'file:///etc/passwd', 'gopher://example.org/', 'javascript:1', 'example.org', ' ']) {
    const refusal = await client.expect(422, 'POST', '/api/v1/monitors', { name: 'x', kind: 'http', config: { url } });
    assert.equal(refusal.fields[0].path, 'config.url', url);
  }
  await client.expect(202, 'POST', '/api/v1/schedule/run');
  await here.database.until('a round', 'SELECT COUNT(*) FROM MonitorRound');
  const [monitor] = (await client.expect(200, 'GET', '/api/v1/monitors')).items;
  assert.deepEqual([monitor.lastCheck.verdict, monitor.lastCheck.cause], ['unknown', 'blocked']);
  assert.equal(monitor.state, 'unknown');
  assert.equal(target.hits.items.length, 0);
});

scenario('no header can be smuggled into a request', async (here) => {
  await here.prepare();
  const user = await here.household.one();
  const server = await here.start({ env: { PROBE_ALLOW: '127.0.0.0/8' } });
  const client = here.as(user, server);
  const headers = [
    { name: 'X-A', value: 'b\r\nX-Smuggled: c' },
    { name: 'X-A\r\nX-Smuggled', value: 'b' },
    { name: 'X-A: b', value: 'c' },
    { name: 'X-A', value: 'b\0c' },
    { name: '', value: 'b' },
  ];
  for (const header of headers) {
    const config = { url: 'http://127.0.0.1:9/', headers: [header] };
    const refusal = await client.expect(422, 'POST', '/api/v1/monitors', { name: 'x', kind: 'http', config });
    assert.match(refusal.fields[0].path, /^config\.headers\.0/, JSON.stringify(header));
  }
  const config = { url: 'http://127.0.0.1:9/a b\r\nX-Smuggled: c' };
  await client.expect(422, 'POST', '/api/v1/monitors', { name: 'x', kind: 'http', config });
});

scenario('a redirect to a private address is not followed', async (here) => {
  const reached = [];
  const inner = createServer((request, response) => response.end(String(reached.push(request.url))));
  await new Promise((done) => inner.listen(0, '127.0.0.2', done));
  here.atEnd(() => inner.close());
  const outer = createServer((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.2:${inner.address().port}/secret` }).end(),
  );
  await new Promise((done) => outer.listen(0, '127.0.0.1', done));
  here.atEnd(() => outer.close());
  await here.prepare();
  const user = await here.household.one({ monitors: 1, url: () => `http://127.0.0.1:${outer.address().port}/` });
  const server = await here.start({ env: { PROBE_ALLOW: '127.0.0.1' } });
  const client = here.as(user, server);
  await client.expect(202, 'POST', '/api/v1/schedule/run');
  await here.database.until('a round', 'SELECT COUNT(*) FROM MonitorRound');
  const [monitor] = (await client.expect(200, 'GET', '/api/v1/monitors')).items;
  assert.deepEqual([monitor.lastCheck.verdict, monitor.lastCheck.cause], ['unknown', 'blocked']);
  assert.deepEqual(reached, []);
});
