// The first minutes with the product: an empty folder, the set-up link, a restart, the demo.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';

import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const kAda = { email: 'ada@example.org', password: 'correct horse battery staple', name: 'Ada' };

scenario('in an empty folder it gets ready, and its set-up link makes one administrator', async (here) => {
  const server = await here.start();
  const ada = here.client(server);
  assert.deepEqual(await ada.expect(200, 'GET', '/api/v1/setup'), { needed: true });
  assert.equal((await ada.expect(200, 'GET', '/readyz')).status, 'ok');

  const token = await server.setupToken();
  await ada.expect(403, 'POST', '/api/v1/setup', { ...kAda, token: `${token.slice(0, -1)}_` });
  const session = await ada.expect(201, 'POST', '/api/v1/setup', { ...kAda, token });
  assert.equal(session.user.role, 'admin');
  assert.equal((await ada.expect(200, 'GET', '/api/v1/me')).email, kAda.email);

  const mallory = here.client(server);
  const late = await mallory.expect(409, 'POST', '/api/v1/setup', { ...kAda, email: 'mallory@example.org', token });
  assert.equal(late.code, 'setup_done');
  assert.equal((await ada.expect(200, 'GET', '/api/v1/users')).items.length, 1);
});

scenario('a restart keeps everything, the session too', async (here) => {
  let server = await here.start({ env: { PROBE_ALLOW: '127.0.0.0/8' } });
  const ada = here.client(server);
  await ada.expect(201, 'POST', '/api/v1/setup', { ...kAda, token: await server.setupToken() });
  await ada.expect(200, 'PATCH', '/api/v1/schedule', { intervalMinutes: 17 });
  const config = { url: 'http://127.0.0.1:9/' };
  const monitor = await ada.expect(201, 'POST', '/api/v1/monitors', { name: 'Home', kind: 'http', config });
  const before = await ada.expect(200, 'GET', '/api/v1/schedule');
  assert.deepEqual(await server.stop(), { code: 0, signal: null });

  server = await here.start({ port: server.port });
  assert.deepEqual(await ada.expect(200, 'GET', '/api/v1/setup'), { needed: false });
  assert.deepEqual(await ada.expect(200, 'GET', '/api/v1/schedule'), before);
  assert.deepEqual(await ada.expect(200, 'GET', `/api/v1/monitors/${monitor.id}`), monitor);
  assert.equal((await server.banner()).setupLink, null, 'no second set-up link');

  const later = here.client(server);
  const { email, password } = kAda;
  assert.equal((await later.expect(201, 'POST', '/api/v1/session', { email, password })).user.email, email);
});

scenario('the database lies in ./data, and nothing else is left in the folder', async (here) => {
  const server = await here.start();
  await server.stop();
  assert.deepEqual(await readdir(here.folder), ['data']);
  assert.ok((await readdir(`${here.folder}/data`)).includes('watchbill.db'));
  assert.equal(await here.database.value('PRAGMA integrity_check'), 'ok');
});

scenario('with --demo something is green within seconds, without any network', async (here) => {
  const server = await here.start({ args: ['up', '--demo'] });
  const visitor = here.client(server);
  const { email, password } = (await server.banner()).demo;
  await visitor.expect(201, 'POST', '/api/v1/session', { email, password });
  await until(
    'a green monitor',
    async () => {
      const { items } = await visitor.expect(200, 'GET', '/api/v1/monitors');
      return items.length > 0 && items.every(({ state }) => state === 'up');
    },
    5_000,
  );
});
