// The command line: help in two languages, usage errors, every configuration error at once, a port that is taken.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { scenario } from './support/scenario.mjs';

const kUsage = 2;
const kConfigInvalid = 5;
const kDependencyDown = 6;
const kMigrationNeeded = 7;
const kHan = /\p{Script=Han}/u;

async function commandsOf(here) {
  const { stdout } = await here.run(['--help']);
  const list = stdout.split(/Commands:\n/)[1].split('\n\n')[0];
  return list.split('\n').map((line) => line.trim().split(/ {2,}/)[0]).filter(Boolean);
}

scenario('every command has a help page in English and in Chinese', async (here) => {
  const commands = await commandsOf(here);
  for (const expected of ['up', 'trigger', 'migrate deploy', 'user add', 'monitor list', 'schedule explain', 'config check']) {
    assert.ok(commands.includes(expected), `${expected} is in ${commands}`);
  }
  for (const command of ['', ...commands]) {
    const words = command.split(' ').filter(Boolean);
    const [english, chinese] = await Promise.all([
      here.run([...words, '--help', '--lang', 'en']),
      here.run([...words, '--help'], { env: { LANG: 'zh_CN.UTF-8' } }),
    ]);
    for (const page of [english, chinese]) assert.deepEqual([page.code, page.stderr], [0, ''], command);
    assert.doesNotMatch(english.stdout, kHan, command);
    assert.match(chinese.stdout, kHan, command);
    assert.equal(english.stdout.split('\n').length, chinese.stdout.split('\n').length, `${command}: as many lines in both`);
  }
});

scenario('what is not a command, a flag or an allowed value is a usage error with a next step', async (here) => {
  for (const words of [['upp'], ['user', 'ad'], ['up', '--nonsense'], ['user', 'add'], ['up', 'now'], ['user', 'add', 'x'],
    ['user', 'add', 'a@example.org', '--interval', '0'], ['up', '--lang', 'tlh']]) {
    const { code, stdout, stderr } = await here.run(words);
    assert.deepEqual([code, stdout], [kUsage, ''], `${words}: ${stderr}`);
    assert.match(stderr, /^watchbill: /);
  }
  assert.match((await here.run(['upp'])).stderr, /up/);
});

scenario('all configuration errors come at once, with key, origin and what is allowed; secrets masked', async (here) => {
  await writeFile(join(here.folder, '.env'), 'DISPATCH_BATCH_SIZE=0\nLOG_LEVEL=loud\nPORT=70000\n');
  await writeFile(join(here.folder, '.env.production'), 'RUN_LEASE=soon\n');
  const env = { CRON_SECRET: 'one,two,three-secret', DATABASE_URL: 'postgres://u:hunter2@h/db', PROBE_ALLOW: '10.0.0.0/99' };
  const keys = ['DISPATCH_BATCH_SIZE', 'LOG_LEVEL', 'PORT', 'RUN_LEASE', 'CRON_SECRET', 'DATABASE_URL', 'PROBE_ALLOW'];
  const text = await here.run(['up'], { env });
  assert.equal(text.code, kConfigInvalid, text.stderr);
  for (const key of keys) assert.match(text.stderr, new RegExp(key));
  assert.match(text.stderr, /\.env\.production/);
  assert.doesNotMatch(text.stderr, /hunter2|three-secret/);

  const json = await here.run(['config', 'check', '--json'], { env: { ...env, PORT: '' } });
  assert.equal(json.code, kConfigInvalid);
  const { problems } = JSON.parse(json.stderr);
  assert.deepEqual(problems.filter(({ fatal }) => fatal).map(({ key }) => key).sort(), keys.sort());
  assert.ok(problems.every(({ origin, allowed }) => origin && allowed));
});

scenario('a port that is taken is named, with its own exit code', async (here) => {
  const other = createServer();
  await new Promise((done) => other.listen(0, '127.0.0.1', done));
  here.atEnd(() => other.close());
  const { port } = other.address();
  const { code, stderr } = await here.run(['up'], { env: { PORT: `${port}` } });
  assert.equal(code, kDependencyDown, stderr);
  assert.match(stderr, new RegExp(`${port}`));
  const chinese = await here.run(['up', '--lang', 'zh'], { env: { PORT: `${port}` } });
  assert.match(chinese.stderr, new RegExp(`watchbill: 服务器无法监听\n  .*:${port}: Address already in use\n`));
});

scenario('commands before the first start say that the database is not there yet', async (here) => {
  for (const words of [['user', 'list'], ['migrate', 'status'], ['schedule', 'explain', 'ada@example.org']]) {
    const { code, stderr } = await here.run(words);
    assert.equal(code, kMigrationNeeded, `${words}: ${stderr}`);
  }
});

scenario('users and monitors from the shell while the server runs', async (here) => {
  const server = await here.start({ env: { PROBE_ALLOW: '127.0.0.0/8' } });
  const password = 'correct horse battery staple';
  const json = async (words, options) => {
    const { code, stdout, stderr } = await here.run([...words, '--json'], { env: { PROBE_ALLOW: '127.0.0.0/8' }, ...options });
    assert.equal(code, 0, `${words}: ${stderr}`);
    return JSON.parse(stdout);
  };
  await json(['user', 'add', 'ada@example.org', '--admin', '--interval', '7', '--password-stdin'], { input: `${password}\n` });
  const [user] = (await json(['user', 'list'])).items;
  assert.deepEqual([user.email, user.role, user.schedule.intervalMinutes], ['ada@example.org', 'admin', 7]);
  const ada = here.client(server);
  await ada.expect(201, 'POST', '/api/v1/session', { email: 'ada@example.org', password });
  await ada.expect(200, 'GET', '/api/v1/users');
  await json(['schedule', 'explain', 'ada@example.org']);
  assert.deepEqual((await json(['monitor', 'list', 'ada@example.org'])).items, []);
});
