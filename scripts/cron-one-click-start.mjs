#!/usr/bin/env node
// What cron runs where `watchbill trigger` is not installed: asks the dispatcher to start the users who are due.
//
//   * * * * * cd /path/to/project && node scripts/cron-one-click-start.mjs >> logs/cron.log 2>&1
//
//   --sync         run them in the server's process, one after the other, without the queue
//   --user ID      run this user now, due or not; --email ADDRESS the same by e-mail address
//
// Settings come from the environment, then .env.production, then .env of the working directory: CRON_SECRET (or
// CRON_SECRET_FILE), PUBLIC_URL or HOST, PORT (NEXT_PORT) and BASE_PATH, CRON_LOCK_PATH, DISPATCH_LOCK_TTL.
// Skips when an earlier call still runs, the command's or this script's. Exit code: 0 done, 1 failed, 2 no secret or
// wrong arguments. Needs Node 20.12, and flock (util-linux).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { argv, env, execPath, getuid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs, parseEnv } from 'node:util';

const kDone = 0;
const kFailed = 1;
const kUsage = 2;
const kAnotherRuns = 75;
const kLockIsHeld = 'WATCHBILL_TRIGGER_LOCK_IS_HELD';
const kDispatchDeadlineMs = 60_000;

class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function readSettings() {
  const layers = [env, ...['.env.production', '.env'].map(readEnvFile)];
  const first = (...names) => {
    for (const layer of layers) {
      for (const name of names) {
        if (layer[name] !== undefined) return layer[name];
        if (layer[`${name}_FILE`] !== undefined) return readFileSync(layer[`${name}_FILE`], 'utf8').trim();
      }
    }
    return '';
  };
  return {
    secret: first('CRON_SECRET').split(',')[0].trim(),
    endpoint: `${first('PUBLIC_URL').replace(/\/$/, '') || localUrl(first)}/api/cron/one-click-start`,
    lockPath: first('CRON_LOCK_PATH'),
    lockTtlMs: milliseconds(first('DISPATCH_LOCK_TTL')) ?? 900_000,
  };
}

function readEnvFile(path) {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

// "900000", "900s", "15m"
function milliseconds(text) {
  const [, number, unit] = text.match(/^(\d+)(ms|s|m|h|d)?$/) ?? [];
  return number && Number(number) * { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit ?? 'ms'];
}

// Where a server on this machine can be reached: on loopback when it listens everywhere.
function localUrl(first) {
  const everywhere = { '0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1' };
  const host = everywhere[first('HOST')] ?? first('HOST');
  return `http://${host.includes(':') ? `[${host}]` : host}:${first('PORT', 'NEXT_PORT') || 10111}${first('BASE_PATH')}`;
}

function readBody() {
  const options = { sync: { type: 'boolean' }, user: { type: 'string' }, email: { type: 'string' } };
  let given;
  try {
    given = parseArgs({ options }).values;
  } catch (error) {
    throw new Failure(kUsage, error.message);
  }
  if (Object.keys(given).length > 1) throw new Failure(kUsage, 'give one of --sync, --user and --email');
  if (given.sync) return { mode: 'sync' };
  if (given.user !== undefined) return { userId: given.user };
  if (given.email !== undefined) return { email: given.email };
  return {};
}

// The kernel lets go of the lock however this process ends. The name is the one that `watchbill trigger` uses.
function runHoldingLock({ lockPath, endpoint }) {
  const hash = createHash('sha256').update(endpoint).digest('hex').slice(0, 12);
  const path = lockPath || join(tmpdir(), `watchbill-trigger-${getuid()}-${hash}.lock`);
  const again = [execPath, fileURLToPath(import.meta.url), ...argv.slice(2)];
  const { status, error } = spawnSync('flock', ['--nonblock', '--conflict-exit-code', kAnotherRuns, path, ...again], {
    stdio: 'inherit',
    env: { ...env, [kLockIsHeld]: '1' },
  });
  if (error) throw new Failure(kFailed, `flock: ${error.message}`);
  if (status === kAnotherRuns) log('skipped: an earlier call still runs');
  return status === kAnotherRuns ? kDone : (status ?? kFailed);
}

// Not fetch: it gives up after five minutes without a header, and a round may take longer.
function post({ endpoint, secret }, body, deadlineMs) {
  const url = new URL(endpoint);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { 'x-cron-secret': secret, 'content-type': 'application/json' };
  const options = { method: 'POST', headers, agent: false, signal: AbortSignal.timeout(deadlineMs) };
  return new Promise((done, failed) => {
    const call = request(url, options, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', failed);
      answer.on('end', () => done({ status: answer.statusCode, text: Buffer.concat(parts).toString() }));
    });
    call.on('error', failed);
    call.end(JSON.stringify(body));
  });
}

async function callDispatcher(settings, body) {
  const isDispatch = Object.keys(body).length === 0;
  const { status, text } = await post(settings, body, isDispatch ? kDispatchDeadlineMs : settings.lockTtlMs).catch(
    (error) => {
      throw new Failure(kFailed, `no answer from ${settings.endpoint}: ${error.message || error.code}`);
    },
  );
  if (status !== 200) throw new Failure(kFailed, `${settings.endpoint} answered ${status}: ${text.slice(0, 500)}`);
  log(text);
  return kDone;
}

function log(text) {
  console.log(`${new Date().toISOString()} ${text}`);
}

async function main() {
  const body = readBody();
  const settings = readSettings();
  if (!settings.secret) throw new Failure(kUsage, 'no CRON_SECRET: put it into .env.production or .env');
  const isDirect = 'userId' in body || 'email' in body;
  if (isDirect || env[kLockIsHeld]) return callDispatcher(settings, body);
  return runHoldingLock(settings);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${new Date().toISOString()} ${error.message}`);
  process.exitCode = error instanceof Failure ? error.code : kFailed;
}
