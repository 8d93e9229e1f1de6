// bull-board without a web framework: its routes, called as a server would.
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';

export class Board {
  #routes;
  #queues;
  #uiConfig = {};

  constructor(queues) {
    const chained = (take) => (value) => (take(value), server);
    const server = {
      setQueues: chained((queues) => (this.#queues = queues)),
      setApiRoutes: chained((routes) => (this.#routes = routes)),
      setUIConfig: chained((config) => (this.#uiConfig = config)),
      setViewsPath: chained(() => {}),
      setStaticPath: chained(() => {}),
      setEntryRoute: chained(() => {}),
      setErrorHandler: chained(() => {}),
    };
    this.adapters = queues.map((queue) => new BullMQAdapter(queue));
    createBullBoard({ queues: this.adapters, serverAdapter: server });
  }

  /** The body of the answer, which must not be an error. `path` as in the board's own pages. */
  async call(method, path, { query = {}, body = {} } = {}) {
    for (const { handler, ...candidate } of this.#routes.filter((route) => route.method === method)) {
      const params = [candidate.route]
        .flat()
        .map((pattern) => match(pattern, path))
        .find(Boolean);
      if (!params) continue;
      const request = { queues: this.#queues, uiConfig: this.#uiConfig, query, params, body, headers: {} };
      const answer = await handler(request);
      if ((answer.status ?? 200) >= 400)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    }
    throw new Error(`the board has no ${method} ${path}`);
  }
}

// "/api/queues/:queueName" against "/api/queues/q1": {queueName: 'q1'}, or nothing.
function match(pattern, path) {
  const [names, words] = [pattern.split('/'), path.split('/')];
  const fits = names.length === words.length && names.every((name, i) => name.startsWith(':') || name === words[i]);
  if (!fits) return undefined;
  return Object.fromEntries(names.flatMap((name, i) => (name.startsWith(':') ? [[name.slice(1), words[i]]] : [])));
}
