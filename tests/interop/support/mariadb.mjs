// A MariaDB of our own: a real mariadbd on a free port of 127.0.0.1 in a temporary folder, gone when the test ends.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mariadb';

import { freePort, run } from '../../system/support/program.mjs';
import { until } from '../../system/support/until.mjs';

// Debian keeps servers where the path of a user does not look.
const env = { PATH: `${process.env.PATH}:/usr/sbin` };
// As root it wants to be told so.
const kUser = process.getuid() === 0 ? ['--user=root'] : [];
const kLogSize = '--innodb-log-file-size=8M'; // instead of 96

export class MariaDbServer {
  #child;
  #ended;
  #connection;

  /** `flags`: more of mariadbd's own. */
  static async start(flags = []) {
    const server = new MariaDbServer();
    server.folder = await mkdtemp(join(tmpdir(), 'watchbill-mariadb-'));
    try {
      await server.#install();
      await server.#launch(flags);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  async #install() {
    // A folder of its own: one that starts removes temporary tables of others from a common one.
    const args = ['--no-defaults', ...kUser, `--datadir=${this.folder}/data`, `--tmpdir=${this.folder}`, kLogSize];
    args.push('--skip-test-db');
    args.push('--skip-name-resolve', '--auth-root-authentication-method=normal'); // root without a password
    succeeded('mariadb-install-db', await run(args, { program: 'mariadb-install-db', env, withinMs: 60_000 }));
  }

  async #launch(flags) {
    this.port = await freePort();
    const log = join(this.folder, 'log');
    const args = ['--no-defaults', ...kUser, `--datadir=${this.folder}/data`, `--tmpdir=${this.folder}`];
    args.push(`--socket=${this.folder}/socket`);
    args.push('--bind-address=127.0.0.1', `--port=${this.port}`, '--skip-name-resolve', `--log-error=${log}`);
    args.push('--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=32M', kLogSize, ...flags);
    // Ends with us, however we end.
    this.#child = spawn('setpriv', ['--pdeathsig=KILL', 'mariadbd', ...args], { env, stdio: 'ignore' });
    this.#ended = new Promise((done) => this.#child.once('close', done).once('error', done));
    let gone = false;
    this.#ended.then(() => (gone = true));
    const answer = () => gone || this.#connect();
    await until('MariaDB answers', answer, 60_000, 50);
    if (gone) throw new Error(`mariadbd did not start:\n${await readFile(log, 'utf8').catch(() => 'no log')}`);
  }

  // Times come as text, as the database has them.
  async #connect() {
    this.#connection = await createConnection({ ...this.account, dateStrings: true });
    return true;
  }

  get pid() {
    return this.#child.pid; // setpriv becomes the server
  }

  /** How a client gets in. */
  get account() {
    return { host: '127.0.0.1', port: this.port, user: 'root' };
  }

  /** The rows of a statement, or what became of it. */
  query(sql, values) {
    return this.#connection.query(sql, values);
  }

  /** Runs a file of SQL as a person would: `mariadb DATABASE < FILE`. */
  async runFile(database, file) {
    const { host, port, user } = this.account;
    const args = ['--no-defaults', '--protocol=tcp', `--host=${host}`, `--port=${port}`, `--user=${user}`, database];
    succeeded(file, await run(args, { program: 'mariadb', input: await readFile(file) }));
  }

  async stop() {
    this.#connection?.destroy();
    this.#child?.kill('SIGKILL');
    await this.#ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

function succeeded(what, { code, stdout, stderr }) {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${stdout}${stderr}`);
}
