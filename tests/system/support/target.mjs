// What the monitors watch: a server that logs every request as a witness independent of the product, and answers when
// the test says so.
import { createServer } from 'node:http';

import { Journal } from './until.mjs';

export class Target {
  hits = new Journal(); // {at, path, order}
  #server;
  #held = new Map(); // path prefix -> requests that wait
  #delayMs = 0;

  static async start() {
    const target = new Target();
    target.#server = createServer((request, response) => target.#take(request, response));
    target.#server.keepAliveTimeout = 1;
    await new Promise((done) => target.#server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, done));
    return target;
  }

  get port() {
    return this.#server.address().port;
  }

  url(path) {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** From now on requests below this path get no answer until `release`. */
  hold(prefix) {
    this.#held.set(prefix, []);
  }

  release(prefix) {
    const waiting = this.#held.get(prefix) ?? [];
    this.#held.delete(prefix);
    for (const response of waiting) this.#answer(response);
    return waiting.length;
  }

  /** Every answer takes so long. */
  delay(ms) {
    this.#delayMs = ms;
  }

  hitsBelow(prefix) {
    return this.hits.items.filter(({ path }) => path.startsWith(prefix));
  }

  /** The `count`-th request below this path. */
  async hit(prefix, count = 1, withinMs = 10_000) {
    return (await this.hits.findMany(`request to ${prefix}`, ({ path }) => path.startsWith(prefix), count, withinMs))[count - 1];
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #take(request, response) {
    this.hits.add({ at: Date.now(), path: request.url });
    const prefix = [...this.#held.keys()].find((held) => request.url.startsWith(held));
    if (prefix !== undefined) this.#held.get(prefix).push(response);
    else if (this.#delayMs > 0) setTimeout(() => this.#answer(response), this.#delayMs);
    else this.#answer(response);
  }

  #answer(response) {
    response.end('all is well\n');
  }
}
