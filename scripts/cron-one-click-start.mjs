#!/usr/bin/env node
// What cron runs where `watchbill trigger` is not installed: asks the dispatcher to start the users who are due.
//
//   * * * * * cd /path/to/project && node scripts/cron-one-click-start.mjs >> logs/cron.log 2>&1
//
//   --sync         run them in the server's process, one after the other, without the queue
//   --user ID      run this user now, due or not; --email ADDRESS the same by e-mail address
//
// Settings come from the environment, then .env.production, then .env of the working directory, as `watchbill trigger`
// reads them: CRON_SECRET (or CRON_SECRET_FILE), PUBLIC_URL or HOST, PORT (NEXT_PORT), BASE_PATH, CRON_LOCK_PATH,
// DISPATCH_LOCK_TTL. Skips when an earlier call still runs, the command's or this script's. Exit code: 0 done,
// 1 failed, 2 no secret or wrong arguments, 5 a setting is invalid. Needs Node 18.3, and flock (util-linux).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { argv, env, execPath, getuid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const kDone = 0;
const kFailed = 1;
const kUsage = 2;
const kInvalid = 5;
const kAnotherRuns = 75;
const kLockIsHeld = 'WATCHBILL_TRIGGER_LOCK_IS_HELD';
const kDispatchDeadlineMs = 60_000;
// All due users run in the call, one after the other; the lock keeps other calls out meanwhile.
const kSyncDeadlineMs = 86_400_000;
const kKeepAliveMs = 60_000;

class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function readSettings() {
  const layers = [env, ...['.env.production', '.env'].map(readEnvFile)];
  // An empty one is as good as none.
  const first = (...names) => {
    for (const layer of layers) {
      for (const name of names) {
        if (layer[name] instanceof Failure) throw layer[name];
        if (layer[name]) return layer[name];
      }
    }
    return '';
  };
  return {
    secret: readSecret(first).split(',').map((part) => part.trim()).find(Boolean) ?? '',
    endpoint: `${publicUrl(first) || localUrl(first)}/api/cron/one-click-start`,
    lockPath: first('CRON_LOCK_PATH'),
    lockTtlMs: milliseconds(first('DISPATCH_LOCK_TTL')) ?? 900_000,
  };
}

function readEnvFile(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new Failure(kInvalid, `${path} cannot be read: ${error.message}`);
  }
  return parseEnv(text, path);
}

const kEmptyLine = /[ \t]*(?:#.*)?(?:\n|$)/y;
const kName = /[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*/y;
const kQuoted = /(?:"((?:\\["\\nrt$]|(?!\\["\\nrt$])[^"])*)"|'([^']*)'|`([^`]*)`)[ \t]*(?:#.*)?(?:\n|$)/y;
const kBare = /((?!["'`]).*)(?:\n|$)/y;

// By hand: Node 18 has no parseEnv. The dialect is that of the program, see src/app/config/dotenv.h.
function parseEnv(text, path) {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const entries = {};
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(plain);
    if (found) at = pattern.lastIndex;
    return found;
  };
  while (at < plain.length) {
    if (take(kEmptyLine)) continue;
    const where = `${path}:${plain.slice(0, at).split('\n').length}`;
    const key = take(kName)?.[1];
    const value = key && (take(kQuoted) ?? take(kBare));
    if (!value) throw new Failure(kInvalid, `${where}: not a line of the form NAME=value`);
    entries[key] = value.length > 2 ? unquoted(value) : bare(value[1], `${where}: ${key}`);
  }
  return entries;
}

function unquoted([, double, single, back]) {
  const escapes = { n: '\n', r: '\r', t: '\t' };
  return double?.replace(/\\(["\\nrt$])/g, (_, c) => escapes[c] ?? c) ?? single ?? back;
}

// A '#' without a blank before it: some programs take it for a comment. An error, but only where it is read.
function bare(text, where) {
  const value = text.replace(/(?:^|[ \t])#.*/, '').trim();
  return value.includes('#') ? new Failure(kInvalid, `${where}: put the value in quotation marks`) : value;
}

function readSecret(first) {
  const [secret, path] = [first('CRON_SECRET'), first('CRON_SECRET_FILE')];
  if (secret && path) throw new Failure(kInvalid, 'CRON_SECRET and CRON_SECRET_FILE are both set: keep one of the two');
  if (!path) return secret;
  let text;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Failure(kInvalid, `CRON_SECRET_FILE=${path} cannot be read: ${error.message}`);
  }
  if (!text) throw new Failure(kInvalid, `CRON_SECRET_FILE=${path}: the file is empty`);
  return text;
}

// What is set, if anything is. Not shown: a password may be part of it.
function allowed(name, text, pattern) {
  if (text && !pattern.test(text)) throw new Failure(kInvalid, `${name} is not allowed as it is: \`watchbill config check\``);
  return text;
}

const kDuration = /^(\d+)(ms|s|m|h|d)?$/;

// "900000", "900s", "15m"
function milliseconds(text) {
  const [, number, unit] = allowed('DISPATCH_LOCK_TTL', text, kDuration).match(kDuration) ?? [];
  return number && Number(number) * { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit ?? 'ms'];
}

function basePath(first) {
  const path = first('BASE_PATH');
  return path === '/' ? '' : allowed('BASE_PATH', path, /^(?:\/[\w.~-]+)+$/);
}

// Elsewhere on that host another application would get the secret.
function publicUrl(first) {
  const url = allowed('PUBLIC_URL', first('PUBLIC_URL'), /^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/).replace(/\/+$/, '');
  const path = basePath(first);
  if (!url || !path) return url;
  const wanted = /^https?:\/\/[^/]+/.exec(url)[0] + path;
  if (url !== wanted) throw new Failure(kInvalid, `the path of PUBLIC_URL must be BASE_PATH: write ${wanted}`);
  return url;
}

// Where a server on this machine can be reached: on loopback when it listens everywhere.
function localUrl(first) {
  const loopback = { '0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1', localhost: '127.0.0.1' };
  const named = first('HOST').replace(/^\[(.+)\]$/, '$1');
  const host = loopback[named] ?? named;
  const port = Number(allowed('PORT', first('PORT', 'NEXT_PORT'), /^\d{1,5}$/) || 10111);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${basePath(first)}`;
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

function isDirect(body) {
  return 'userId' in body || 'email' in body;
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
function post({ endpoint, secret }, body, withinMs) {
  const url = new URL(endpoint);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { 'x-cron-secret': secret, 'content-type': 'application/json' };
  const options = { method: 'POST', headers, agent: false, signal: AbortSignal.timeout(withinMs) };
  return new Promise((done, failed) => {
    const call = request(url, options, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', failed);
      answer.on('end', () => done({ status: answer.statusCode, text: Buffer.concat(parts).toString() }));
    });
    call.on('error', failed);
    // So that a server that vanished is noticed before the deadline.
    call.setSocketKeepAlive(true, kKeepAliveMs);
    call.end(JSON.stringify(body));
  });
}

function deadlineMs(body, { lockTtlMs }) {
  if (body.mode === 'sync') return kSyncDeadlineMs;
  return isDirect(body) ? lockTtlMs : kDispatchDeadlineMs;
}

async function callDispatcher(settings, body) {
  const { status, text } = await post(settings, body, deadlineMs(body, settings)).catch((error) => {
    throw new Failure(kFailed, `no answer from ${settings.endpoint}: ${error.message || error.code}`);
  });
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
  if (isDirect(body) || env[kLockIsHeld]) return callDispatcher(settings, body);
  return runHoldingLock(settings);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${new Date().toISOString()} ${error.message}`);
  process.exitCode = error instanceof Failure ? error.code : kFailed;
}
