import type { RawLabels } from './format.ts';

/** classes that a label, 16 bits wide, can tell apart */
const most = 65_536;

/** Collects labels one by one and gives each distinct one a code. */
export class LabelCodes {
  readonly #thing: string;
  readonly #codes = new Map<string, number>();
  #all = new Uint16Array(1024);
  #count = 0;

  /** @param thing  whose labels they are, for errors */
  constructor(thing: string) {
    this.#thing = thing;
  }

  /** @throws {Error} when there are more classes than a label can tell apart */
  add(label: string): void {
    let code = this.#codes.get(label);
    if (code === undefined) {
      code = this.#codes.size;
      if (code === most)
        throw new Error(
          `labels of ${this.#thing} must be at most ${most} classes; got more: name another --label`,
        );
      this.#codes.set(label, code);
    }
    if (this.#count === this.#all.length) {
      const larger = new Uint16Array(2 * this.#count);
      larger.set(this.#all);
      this.#all = larger;
    }
    this.#all[this.#count++] = code;
  }

  labels(): RawLabels {
    return { names: [...this.#codes.keys()], codes: this.#all.slice(0, this.#count) };
  }
}

/**
 * The labels of an array of numbers: 3 and 3.0 are the label '3'.
 *
 * @throws {Error} when one is not finite
 */
export function codesOf(values: ArrayLike<number | bigint>, thing: string): RawLabels {
  const codes = new LabelCodes(thing);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Error(`label of sample ${i + 1} in ${thing} must be a finite number; got ${value}`);
    codes.add(String(value));
  }
  return codes.labels();
}
