// Clients that are slow, wrong or too big, against the real server, while others are served.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';

import { scenario } from './support/scenario.mjs';
import { until, within } from './support/until.mjs';

const kHeaderDeadlineMs = 10_000;

// Sends `text` and gives what comes back until the server closes.
function talk(here, server, text, withinMs = 20_000) {
  const socket = connect(server.port, '127.0.0.1');
  here.atEnd(() => socket.destroy());
  let answer = '';
  socket.on('data', (data) => (answer += data));
  socket.on('error', () => {});
  socket.write(text);
  const closed = new Promise((done) => socket.once('close', () => done(answer)));
  return { socket, closed: within('the server closes', withinMs, closed) };
}

const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

async function assertServed(client) {
  const started = performance.now();
  for (let i = 0; i < 20; ++i) await client.expect(200, 'GET', '/healthz');
  const took = performance.now() - started;
  assert.ok(took < 2_000, `20 requests took ${took} ms`);
}

scenario('slow clients are dropped at the deadline; others are served all the while', async (here) => {
  const server = await here.start();
  const client = here.client(server);
  const before = await server.memory();
  const started = performance.now();
  const slow = Array.from({ length: 200 }, () => talk(here, server, 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '));
  const drips = setInterval(() => slow.forEach(({ socket }) => socket.writable && socket.write('a')), 200);
  here.atEnd(() => clearInterval(drips));
  await assertServed(client);
  const answers = await Promise.all(slow.map(({ closed }) => closed));
  const took = performance.now() - started;
  assert.ok(took >= kHeaderDeadlineMs - 500 && took < kHeaderDeadlineMs + 4_000, `dropped after ${took} ms`);
  assert.deepEqual([...new Set(answers.map(statusOf))], [408]);
  await assertServed(client);
  assert.ok((await server.memory()) - before < 32 << 20);
});

const kTooMuch = [
  ['a request line of 1 MiB', 414, `GET /${'a'.repeat(1 << 20)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ['a header of 1 MiB', 431, `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(1 << 20)}\r\n\r\n`],
  ['10,000 headers', 431, `GET /healthz HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(10_000)}\r\n`],
  ['a body that says it has 10 GiB', 413, 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n{'],
  ['chunks without end', 413, `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${`10000\r\n${'a'.repeat(0x10000)}\r\n`.repeat(40)}`],
  ['no HTTP at all', 400, '\u0016\u0003\u0001 hello\r\n\r\n'],
];

scenario('whatever is too big or no HTTP gets its status and a closed connection', async (here) => {
  const server = await here.start();
  const before = await server.memory();
  for (const [what, status, text] of kTooMuch) {
    const answer = await talk(here, server, text).closed;
    assert.equal(statusOf(answer), status, `${what}: ${answer.slice(0, 200)}`);
    assert.match(answer, /"success":false/, what);
  }
  await assertServed(here.client(server));
  assert.ok((await server.memory()) - before < 32 << 20);
});

scenario('malformed, deep and huge bodies, unknown fields and foreign pages are refused with their reason', async (here) => {
  await here.prepare();
  const user = await here.household.one();
  const server = await here.start();
  const client = here.as(user, server);
  const deep = '['.repeat(100_000);
  const attempts = [
    [400, 'malformed_json', '{"enabled":'],
    [400, 'malformed_json', '{"enabled":true}x'],
    [400, 'json_too_deep', deep + ']'.repeat(100_000)],
    [422, 'validation_failed', '{"enabled":true,"fence":7}'],
    [422, 'validation_failed', '{"nextRunAt":"2026-01-01T00:00:00.000Z"}'],
    [422, 'validation_failed', '[]'],
    [422, 'validation_failed', '{"enabled":"yes"}'],
    [413, 'body_too_large', `"${'a'.repeat(2 << 20)}"`],
  ];
  for (const [status, code, body] of attempts) {
    const refusal = await client.expect(status, 'PATCH', '/api/v1/schedule', body);
    assert.equal(refusal.code, code, body.slice(0, 40));
  }
  const plain = { headers: { 'content-type': 'text/plain' } };
  await client.expect(415, 'PATCH', '/api/v1/schedule', '{"enabled":true}', plain);
  await client.expect(405, 'PUT', '/api/v1/schedule', {});
  await client.expect(404, 'GET', '/api/v1/nothing');
  await here.client(server).expect(401, 'GET', '/api/v1/schedule');
  assert.equal(await here.database.value('SELECT fence FROM UserMonitorSchedule'), 0);
});

const openFiles = async (server) => (await readdir(`/proc/${server.pid}/fd`)).length;

async function connectIdly(here, server, count) {
  const sockets = await Promise.all(
    Array.from({ length: count }, () => new Promise((done, failed) => {
      const socket = connect(server.port, '127.0.0.1', () => done(socket));
      socket.on('error', failed);
    })),
  );
  here.atEnd(() => sockets.forEach((socket) => socket.destroy()));
}

// Debian's limits: 1,024 descriptors unless a program asks for more.
scenario('thousands of idle connections do not keep others out', async (here) => {
  const server = await here.start({ descriptors: '1024:8192' });
  await connectIdly(here, server, 3_000);
  await until('all of them to be kept', async () => (await openFiles(server)) >= 3_000);
  await assertServed(here.client(server));
});

scenario('where descriptors are few, idle connections make room for others and for checks', async (here) => {
  const target = await here.target();
  await here.prepare();
  const user = await here.household.one({ monitors: 50, url: (_, i) => target.url(`/${i}`) });
  const env = { PROBE_ALLOW: '127.0.0.0/8' };
  const server = await here.start({ env, descriptors: '1024:1024' });
  await connectIdly(here, server, 2_000);
  await assertServed(here.client(server));
  await here.as(user, server).expect(202, 'POST', '/api/v1/schedule/run');
  await here.database.until('a round', "SELECT COUNT(*) FROM MonitorRound WHERE outcome = 'success' AND up = 50");
});

scenario('large bodies at once do not fill the memory, and leave others alone', async (here) => {
  const server = await here.start();
  const before = await server.memory();
  const kMegabyte = 1 << 20;
  const sockets = await Promise.all(
    Array.from({ length: 500 }, () => new Promise((done, failed) => {
      const socket = connect(server.port, '127.0.0.1', () => done(socket));
      socket.on('error', (error) => error.code !== 'ECONNRESET' && error.code !== 'EPIPE' && failed(error));
    })),
  );
  here.atEnd(() => sockets.forEach((socket) => socket.destroy()));
  const head = `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${kMegabyte}\r\n\r\n`;
  const allButOneByte = Buffer.alloc(kMegabyte - 1, ' ');
  await Promise.all(sockets.map((socket) => new Promise((done) => {
    socket.once('data', done).once('close', done); // refused
    socket.write(head);
    socket.write(allButOneByte, done);
  })));
  await assertServed(here.client(server));
  const growth = (await server.memory()) - before;
  assert.ok(growth < 200 << 20, `grew by ${growth >> 20} MiB`);
});
