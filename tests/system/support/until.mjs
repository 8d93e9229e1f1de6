// Waiting for what must happen: always with a deadline, never for a fixed time.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Looks until `look` gives something truthy, and gives that back. Fails with `what` when `withinMs` are over; what `look`
 * threw last is then the cause.
 */
export async function until(what, look, withinMs = 10_000, everyMs = 10) {
  const end = performance.now() + withinMs;
  let last;
  for (;;) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= end) throw new Error(`Not within ${withinMs} ms: ${what}`, { cause: last });
    await pause(everyMs);
  }
}

/** `promise`, or a failure that says `what` was waited for. */
export function within(what, withinMs, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${withinMs} ms: ${what}`)), withinMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A list that others may wait on: `add` appends, `find` gives the first item that matches, once there is one. */
export class Journal {
  items = [];
  #waiting = new Set();

  add(item) {
    this.items.push(item);
    for (const waiter of this.#waiting) waiter(item);
  }

  /** The first item from position `from` on for which `matches` holds. */
  find(what, matches, { withinMs = 10_000, from = 0 } = {}) {
    const known = this.items.slice(from).find(matches);
    if (known !== undefined) return Promise.resolve(known);
    let waiter;
    const found = new Promise((resolve) => {
      waiter = (item) => matches(item) && resolve(item);
      this.#waiting.add(waiter);
    });
    return within(what, withinMs, found).finally(() => this.#waiting.delete(waiter));
  }

  /** The first `count` items that match, once there are so many. */
  async findMany(what, matches, count, withinMs = 10_000) {
    let seen = this.items.filter(matches);
    if (seen.length < count) {
      let left = count - seen.length;
      await this.find(`${count} × ${what}`, (item) => matches(item) && --left === 0, { withinMs, from: this.items.length });
      seen = this.items.filter(matches);
    }
    return seen.slice(0, count);
  }
}
