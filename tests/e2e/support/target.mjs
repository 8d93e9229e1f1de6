// What the monitors of these tests watch: a server that is well or not, as the test says.
import { createServer } from 'node:http';

export class Target {
  #server;
  #sick = new Set();
  #held = null; // {prefix, answers}

  static async start() {
    const target = new Target();
    target.#server = createServer((request, response) => target.#take(request, response));
    await new Promise((done) => target.#server.listen(0, '127.0.0.1', done));
    return target;
  }

  get port() {
    return this.#server.address().port;
  }

  url(path = '/') {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** From now on this path answers 503. */
  break(path) {
    this.#sick.add(path);
  }

  mend(path) {
    this.#sick.delete(path);
  }

  /** Nothing below `prefix` is answered until release(). */
  hold(prefix) {
    this.#held = { prefix, answers: [] };
  }

  /** Answers what waits; `count` of it, or all and whatever comes. */
  release(count = Infinity) {
    const waiting = this.#held?.answers ?? [];
    if (count === Infinity) this.#held = null;
    for (const answer of waiting.splice(0, count)) answer();
  }

  get waiting() {
    return this.#held?.answers.length ?? 0;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #take(request, response) {
    const answer = () => {
      response.statusCode = this.#sick.has(request.url) ? 503 : 200;
      response.setHeader('Content-Type', 'text/plain');
      response.end('all is well\n');
    };
    if (this.#held && request.url.startsWith(this.#held.prefix)) this.#held.answers.push(answer);
    else answer();
  }
}
