import type { OpEvent } from '../../core/trace.ts';

/** The last ops that learn and the predictions between them. The predictions after the last such op push none out. */
export class OpRing {
  readonly #size: number;
  readonly #ops: OpEvent[] = [];
  /** predictions since the last op that learns */
  readonly #trailing: OpEvent[] = [];
  #overflowed = false;

  /** @param size  ops that are kept, and as many predictions after them */
  constructor(size: number) {
    this.#size = size;
  }

  /** whether there have been more ops than are kept */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  add(op: OpEvent): void {
    if (op.purpose !== 'learn') {
      this.#push(this.#trailing, op);
      return;
    }
    for (const prediction of this.#trailing.splice(0)) this.#push(this.#ops, prediction);
    this.#push(this.#ops, op);
  }

  /** @param trailing  whether the predictions after the last op that learns are among them */
  learned(trailing: boolean): readonly OpEvent[] {
    return [...this.#ops, ...(trailing ? this.#trailing : [])].slice(-this.#size);
  }

  /** Lets the list grow to twice its size before it is cut, so that an op costs no copy. */
  #push(list: OpEvent[], op: OpEvent): void {
    list.push(op);
    if (list.length > this.#size) this.#overflowed = true;
    if (list.length >= 2 * this.#size) list.splice(0, list.length - this.#size);
  }
}
