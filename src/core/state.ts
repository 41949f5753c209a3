import { must } from './check.ts';

/** What a state is made of: plain arrays, which any file format and any thread can carry. */
export type StateArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * Everything that has changed in a thing while it learned, as named arrays. They are copies: what learns on does not
 * change them. Names are paths, such as `layer0/weight/mean`.
 */
export type State = Readonly<Record<string, StateArray>>;

/** A thing whose state can be taken out and put back: put back into an equal one, the two go on to the same bits. */
export interface Stateful {
  state(): State;
  /** @throws {RangeError} unless the state has this thing's arrays, each of its length */
  restore(state: State): void;
}

/** The states of several parts under one roof: the arrays of part `name` are called `name/…`. */
export function joined(parts: Readonly<Record<string, Stateful>>): Stateful {
  return {
    state: () => Object.assign({}, ...Object.entries(parts).map(([part, one]) => under(part, one.state()))),
    restore(state) {
      for (const [part, one] of Object.entries(parts)) one.restore(below(state, part));
    },
  };
}

/** The states of several parts, side by side: their names differ. */
export function together(...parts: readonly Stateful[]): Stateful {
  return {
    state: () => Object.assign({}, ...parts.map((part) => part.state())),
    restore(state) {
      for (const part of parts) part.restore(state);
    },
  };
}

/** The arrays of one part, with the part's name before theirs. */
export function under(part: string, state: State): State {
  return Object.fromEntries(Object.entries(state).map(([name, array]) => [`${part}/${name}`, array]));
}

/** The arrays of one part, without the part's name. */
export function below(state: State, part: string): State {
  const start = `${part}/`;
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, array]) =>
      name.startsWith(start) ? [[name.slice(start.length), array] as const] : [],
    ),
  );
}

/** A state of arrays that lie somewhere and are written in place. */
export function arrays(named: Readonly<Record<string, StateArray>>): Stateful {
  return {
    state: () => Object.fromEntries(Object.entries(named).map(([name, array]) => [name, array.slice()])),
    restore(state) {
      for (const [name, array] of Object.entries(named)) array.set(arrayIn(state, name, array.length));
    },
  };
}

/** @throws {RangeError} unless the state has an array of this name and length */
export function arrayIn(state: State, name: string, length: number): StateArray {
  const array = state[name];
  must(array !== undefined, `state '${name}'`, `an array of ${length} numbers`, 'none');
  must(array.length === length, `length of state '${name}'`, `${length}`, array.length);
  return array;
}
