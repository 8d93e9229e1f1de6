// BullMQ in C++, driven through the program bullmq_peer: a line of JSON for each command, answer and event.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { kRepository } from '../../system/support/program.mjs';
import { within } from '../../system/support/until.mjs';

const kBinary = process.env.BULLMQ_PEER_BIN ?? `${kRepository}/build/tests/interop/bullmq_peer`;

export class Peer {
  exited; // promise of {code, signal}
  #child;
  #asked = new Map(); // id -> {done, failed}
  #ids = 0;
  #listeners = [];

  constructor(url) {
    this.#child = spawn(kBinary, [url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {}); // it may have crashed: `exited` tells
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(JSON.parse(line)));
    this.exited = new Promise((done, failed) => {
      this.#child.once('error', failed);
      this.#child.once('close', (code, signal) => done({ code, signal }));
    });
    this.exited.then(
      (how) => this.#gone(how),
      (error) => this.#gone(error),
    );
  }

  /** The answer to a command of peer/*_commands.cpp. */
  ask(command, request = {}, withinMs = 20_000) {
    const id = ++this.#ids;
    const answered = new Promise((done, failed) => this.#asked.set(id, { done, failed }));
    this.#child.stdin.write(`${JSON.stringify({ id, do: command, ...request })}\n`);
    return within(`answer to ${command}`, withinMs, answered);
  }

  /** `listener` gets every event of every worker. */
  onEvent(listener) {
    this.#listeners.push(listener);
  }

  /** Closes its input, upon which it ends, and waits. */
  async end() {
    this.#child.stdin.end();
    try {
      return await within('end of the peer', 10_000, this.exited);
    } finally {
      this.kill();
    }
  }
  kill() {
    this.#child.kill('SIGKILL');
  }

  #heard({ id, ok, error, ...rest }) {
    if (id === undefined) {
      for (const listener of this.#listeners) listener(rest);
      return;
    }
    const { done, failed } = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) done(ok);
    else failed(new Error(error));
  }

  #gone(how) {
    for (const { failed } of this.#asked.values()) failed(new Error(`the peer has gone: ${JSON.stringify(how)}`));
    this.#asked.clear();
  }
}
