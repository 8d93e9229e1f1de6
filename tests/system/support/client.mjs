// Speaks to the product over HTTP as one person: keeps his session cookie, or carries a token.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';

export class Client {
  #agent = new Agent({ keepAlive: true });
  #cookie;

  constructor(url, { token } = {}) {
    this.url = url;
    this.token = token;
  }

  /** `{status, headers, body}`; a JSON body comes back parsed. `body` is sent as JSON, a string as it stands. */
  call(method, path, body, { headers = {}, withinMs = 20_000 } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent = { ...this.#credentials(), ...(text === undefined ? {} : kJson(text)), ...headers };
    return new Promise((done, failed) => {
      const call = request(this.url + path, { method, headers: sent, agent: this.#agent }, (answer) => {
        this.#keepCookie(answer.headers['set-cookie']);
        collect(answer).then((received) => done(received), failed);
      });
      call.setTimeout(withinMs, () => call.destroy(new Error(`${method} ${path}: no answer within ${withinMs} ms`)));
      call.once('error', failed);
      call.end(text);
    });
  }

  get(path, options) {
    return this.call('GET', path, undefined, options);
  }
  post(path, body, options) {
    return this.call('POST', path, body, options);
  }
  patch(path, body, options) {
    return this.call('PATCH', path, body, options);
  }
  delete(path, options) {
    return this.call('DELETE', path, undefined, options);
  }

  /** The body of an answer that must have this status. */
  async expect(status, method, path, body, options) {
    const answer = await this.call(method, path, body, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  close() {
    this.#agent.destroy();
  }

  #credentials() {
    if (this.token) return { authorization: `Bearer ${this.token}` };
    return this.#cookie ? { cookie: this.#cookie } : {};
  }

  #keepCookie(lines = []) {
    for (const line of lines) this.#cookie = line.split(';')[0];
  }
}

function kJson(text) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
}

async function collect(answer) {
  const parts = [];
  for await (const part of answer) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const json = (answer.headers['content-type'] ?? '').includes('json');
  return { status: answer.statusCode, headers: answer.headers, body: json && text ? JSON.parse(text) : text };
}
