// Random numbers that a printed seed repeats.
export class Random {
  #state;

  constructor(seed = Math.floor(Math.random() * 2 ** 31)) {
    this.seed = Number(seed);
    this.#state = this.seed >>> 0;
  }

  /** A whole number from 0 to `limit` - 1 (splitmix32). */
  below(limit) {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state ^ (this.#state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % limit;
  }
}
