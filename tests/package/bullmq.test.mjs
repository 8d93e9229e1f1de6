// What the README of the BullMQ library promises to somebody else's project: it installs, and the program that the page
// shows builds with find_package and runs.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { freePort } from '../system/support/program.mjs';
import { until } from '../system/support/until.mjs';

const { WATCHBILL_BUILD: build } = process.env;

function runIn(folder, program, ...args) {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
}

async function startRedis(folder) {
  const port = await freePort();
  const flags = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', flags.map(String), { stdio: 'ignore' });
  await until('Redis answers', () => runIn(folder, 'redis-cli', '-p', String(port), 'PING').startsWith('PONG'));
  return { port, stop: () => server.kill('SIGKILL') };
}

test('the library installs, and the program of its README builds and runs', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'bullmq-package-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const redis = await startRedis(folder);
  context.after(redis.stop);

  const installed = join(folder, 'installed');
  runIn(folder, 'cmake', '--install', build, '--component', 'bullmq', '--prefix', installed);
  const readme = readFileSync(join(installed, 'share/doc/bullmq-cpp/README.md'), 'utf8');
  const program = readme.match(/```cpp\n([\s\S]*?)```/)[1];
  writeFileSync(join(folder, 'consumer.cpp'), program.replace('127.0.0.1:6379', `127.0.0.1:${redis.port}`));
  cpSync(join(import.meta.dirname, 'consumer.cmake'), join(folder, 'CMakeLists.txt'));
  runIn(folder, 'cmake', '-S', '.', '-B', 'build', `-DCMAKE_PREFIX_PATH=${installed}`);
  runIn(folder, 'cmake', '--build', 'build');
  assert.equal(runIn(folder, join(folder, 'build/consumer')), '1 -> {"done":"cat.png"}\n');
});
