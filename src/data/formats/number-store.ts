/** numbers that are kept of one file at most: 4 GiB of floats */
const most = 2 ** 30;

/** Numbers that arrive one by one: bytes as long as all are whole and from 0 to 255, from then on 32-bit floats. */
export class NumberStore {
  readonly #thing: string;
  #numbers: Uint8Array | Float32Array = new Uint8Array(4096);
  #length = 0;
  #bytes = true;

  /** @param thing  the file, for errors */
  constructor(thing: string) {
    this.#thing = thing;
  }

  /** @throws {Error} when there are too many to keep */
  add(value: number): void {
    if (this.#bytes && !(value >= 0 && value <= 255 && value === Math.floor(value))) {
      this.#bytes = false;
      this.#move(new Float32Array(this.#numbers.length));
    }
    if (this.#length === this.#numbers.length) {
      if (this.#length >= most) throw new Error(`${this.#thing} must hold at most ${most} numbers; got more`);
      const size = 2 * this.#length;
      this.#move(this.#bytes ? new Uint8Array(size) : new Float32Array(size));
    }
    this.#numbers[this.#length++] = value;
  }

  get length(): number {
    return this.#length;
  }

  numbers(): Uint8Array | Float32Array {
    return this.#numbers.slice(0, this.#length);
  }

  #move(to: Uint8Array | Float32Array): void {
    to.set(this.#numbers);
    this.#numbers = to;
  }
}
