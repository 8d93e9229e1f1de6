// The real program for the tests of the page: `watchbill up` in a folder of its own, with an administrator.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../../system/support/client.mjs';
import { Program, freePort } from '../../system/support/program.mjs';

export const PASSWORD = 'correct horse battery staple';

export class Server {
  #program;
  #folder;
  #environment;

  /** Starts and waits until it serves. What the tests watch is on this machine, hence PROBE_ALLOW. */
  static async start(environment = {}) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'watchbill-e2e-'));
    server.#environment = { PROBE_ALLOW: '127.0.0.0/8', ...environment };
    await server.#launch(await freePort());
    server.setupLink = (await server.#program.banner()).setupLink;
    return server;
  }

  /** Without a slash at its end. */
  get url() {
    return this.#program.url + (this.#environment.BASE_PATH ?? '');
  }

  /** The first administrator, as the set-up page would make him. */
  async setUp({ email = 'ada@example.org', name = 'Ada', language = 'en' } = {}) {
    const token = this.setupLink.split('#token=')[1];
    const client = new Client(this.url);
    await client.expect(201, 'POST', '/api/v1/setup', { token, email, password: PASSWORD, name, language });
    this.admin = client;
    return { email, name, password: PASSWORD };
  }

  /** A client with the session of this account. */
  async signIn(email) {
    const client = new Client(this.url);
    await client.expect(201, 'POST', '/api/v1/session', { email, password: PASSWORD });
    return client;
  }

  async addUser(email, part = {}) {
    return this.admin.expect(201, 'POST', '/api/v1/users', { email, password: PASSWORD, ...part });
  }

  /** Ends the program; the data stay, and `resume` starts it again at the same address. */
  async interrupt() {
    await this.#program.stop();
  }

  async resume() {
    await this.#launch(this.#program.port);
  }

  async stop() {
    this.admin?.close();
    if (this.#program.alive) await this.#program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #launch(port) {
    this.#program = new Program({ cwd: this.#folder, port, env: this.#environment });
    await this.#program.ready();
  }
}
