// A user's live stream (server-sent events).
import { get } from 'node:http';
import { createInterface } from 'node:readline';

import { Journal } from './until.mjs';

export class EventStream {
  journal = new Journal(); // {id, event, data}

  /** Resolves once the server has answered; ends with the scenario. */
  static open(here, program, user) {
    const stream = new EventStream();
    return new Promise((opened, failed) => {
      const headers = { authorization: `Bearer ${user.token}` };
      const request = get(`${program.url}/api/v1/events`, { headers }, (answer) => {
        if (answer.statusCode !== 200) failed(new Error(`events: ${answer.statusCode}`));
        answer.on('error', () => {});
        stream.#read(answer);
        opened(stream);
      });
      request.on('error', failed);
      here.atEnd(() => request.destroy());
    });
  }

  #read(answer) {
    let fields = {};
    createInterface({ input: answer }).on('line', (line) => {
      if (line === '') {
        if (fields.event) this.journal.add({ ...fields, data: JSON.parse(fields.data) });
        fields = {};
      } else if (!line.startsWith(':')) {
        const colon = line.indexOf(':');
        fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
      }
    });
  }
}
