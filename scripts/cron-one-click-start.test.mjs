// The script against a server that only notes what it is asked; against the real one see tests/system/cron.test.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const kScript = join(import.meta.dirname, 'cron-one-click-start.mjs');

async function setting(t, { answer = (_, response) => response.end('{"success":true}') } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cron-'));
  const calls = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      calls.push({ url: request.url, secret: request.headers['x-cron-secret'], body: JSON.parse(body) });
      answer(calls.length, response);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const settings = { PORT: server.address().port, CRON_SECRET: 'secret', CRON_LOCK_PATH: join(folder, 'lock') };
  const run = (args = [], env = {}) =>
    new Promise((done) => {
      const child = spawn(process.execPath, [kScript, ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, ...settings, ...env },
      });
      let output = '';
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => (output += data));
      child.on('close', (code) => done({ code, output }));
    });
  return { folder, calls, run, port: settings.PORT };
}

for (const [args, body] of [
  [[], {}],
  [['--sync'], { mode: 'sync' }],
  [['--user', 'abc'], { userId: 'abc' }],
  [['--email', 'ada@example.org'], { email: 'ada@example.org' }],
]) {
  test(`${args.join(' ') || 'no argument'} is posted as ${JSON.stringify(body)}`, async (t) => {
    const { calls, run } = await setting(t);
    assert.equal((await run(args)).code, 0);
    assert.deepEqual(calls, [{ url: '/api/cron/one-click-start', secret: 'secret', body }]);
  });
}

test('the environment goes before .env.production, and that before .env; an unlisted file is not read', async (t) => {
  const { folder, calls, run } = await setting(t);
  writeFileSync(join(folder, '.env'), 'CRON_SECRET=from-env-file\nBASE_PATH=/wb # a comment\n');
  writeFileSync(join(folder, '.env.production'), 'CRON_SECRET="from-production, the-next-one"\n');
  writeFileSync(join(folder, '.env.local'), 'CRON_SECRET=from-local\n');
  await run();
  await run([], { CRON_SECRET: undefined });
  assert.deepEqual(
    calls.map(({ secret }) => secret),
    ['secret', 'from-production'],
  );
  assert.equal(calls[0].url, '/wb/api/cron/one-click-start');
});

// The same rows as src/app/config/dotenv_test.cpp.
for (const [text, value] of [
  ['plain', 'plain'],
  ['  two words  ', 'two words'],
  ['20          # users', '20'],
  ['a=b=c', 'a=b=c'],
  ['"a # b"', 'a # b'],
  ["'a # b' # c", 'a # b'],
  ['"a\\t\\"c\\" \\\\ \\$d"', 'a\t"c" \\ $d'],
  ['"C:\\x"', 'C:\\x'],
  ["'a\\nb $c'", 'a\\nb $c'],
  ['`it\'s "both"`', 'it\'s "both"'],
  ["it's", "it's"],
]) {
  test(`.env files: CRON_SECRET=${text}`, async (t) => {
    const { folder, calls, run } = await setting(t);
    writeFileSync(join(folder, '.env'), `\uFEFF# head\r\n\r\n export CRON_SECRET = ${text}\r\nA="1\n2"\nB='3'\nC=`);
    const { code, output } = await run([], { CRON_SECRET: undefined });
    assert.equal(code, 0, output);
    assert.equal(calls[0].secret, value);
  });
}

for (const [text, message] of [
  ['A=1\nnonsense\n', /\.env:2/],
  ['=2\n', /\.env:1/],
  ["A='open\nB=3\n", /\.env:1/],
  ['A="4" 5\n', /\.env:1/],
  ['A="C:\\"\n', /\.env:1/],
  ['CRON_SECRET=pass#word\n', /\.env:1.*quotation marks/],
]) {
  test(`.env files: ${JSON.stringify(text)} is invalid`, async (t) => {
    const { folder, calls, run } = await setting(t);
    writeFileSync(join(folder, '.env'), text);
    const { code, output } = await run([], { CRON_SECRET: undefined });
    assert.deepEqual([code, calls.length], [5, 0]);
    assert.match(output, message);
  });
}

test('a PUBLIC_URL that does not end with BASE_PATH gets no secret', async (t) => {
  const { folder, calls, run, port } = await setting(t);
  const wrong = await run([], { PUBLIC_URL: 'https://watch.example.org/', BASE_PATH: '/wb' });
  assert.equal(wrong.code, 5);
  assert.match(wrong.output, /write https:\/\/watch\.example\.org\/wb\n/);
  writeFileSync(join(folder, '.env'), `BASE_PATH=/wb\nPUBLIC_URL=http://127.0.0.1:${port}/wb/\n`);
  assert.equal((await run([])).code, 0);
  assert.equal(calls[0].url, '/wb/api/cron/one-click-start');
});

test('a call of --sync is waited for longer than DISPATCH_LOCK_TTL, one for a single user is not', async (t) => {
  let held;
  let arrived;
  const syncArrived = new Promise((done) => (arrived = done));
  const { calls, run } = await setting(t, {
    answer: (count, response) => {
      if (count > 1) return;
      held = response;
      arrived();
    },
  });
  const sync = run(['--sync'], { DISPATCH_LOCK_TTL: '500ms' });
  await syncArrived;
  const direct = await run(['--user', 'abc'], { DISPATCH_LOCK_TTL: '500ms' });
  assert.deepEqual([direct.code, calls.length], [1, 2], 'given up, after the other one was called');
  held.end('{}');
  const { code, output } = await sync;
  assert.equal(code, 0, output);
});

test('a secret may come as a file', async (t) => {
  const { folder, calls, run } = await setting(t);
  writeFileSync(join(folder, 'secret'), 'from-a-file\n');
  await run([], { CRON_SECRET: undefined, CRON_SECRET_FILE: join(folder, 'secret') });
  assert.equal(calls[0].secret, 'from-a-file');
});

test('wrong arguments and a missing secret end with 2, without a call', async (t) => {
  const { calls, run } = await setting(t);
  assert.equal((await run(['--fast'])).code, 2);
  assert.equal((await run(['--sync', '--user', 'abc'])).code, 2);
  assert.equal((await run([], { CRON_SECRET: '' })).code, 2);
  assert.deepEqual(calls, []);
});

test('an error of the server ends with 1 and is shown', async (t) => {
  const { run } = await setting(t, { answer: (_, response) => response.writeHead(401).end('{"error":"wrong"}') });
  const { code, output } = await run();
  assert.equal(code, 1);
  assert.match(output, /401.*wrong/);
});

test('a call is skipped while an earlier one runs; one for a single user is not', async (t) => {
  let held;
  let arrived;
  const firstArrived = new Promise((done) => (arrived = done));
  const { calls, run } = await setting(t, {
    answer: (count, response) => {
      if (count > 1) return response.end('{}');
      held = response;
      arrived();
    },
  });
  const first = run();
  await firstArrived;
  const skipped = await run();
  assert.deepEqual([skipped.code, calls.length], [0, 1]);
  assert.match(skipped.output, /skipped/);
  assert.equal((await run(['--user', 'abc'])).code, 0);
  held.end('{}');
  assert.equal((await first).code, 0);
  assert.equal((await run()).code, 0, 'the lock is free again');
  assert.equal(calls.length, 3);
});
