import { type Stateful, arrays as stateOf } from '../../core/state.ts';
import { normalState } from '../../kernels/analog/normals.ts';
import type { CellsContext } from '../cell.ts';
import type { AgeingOptions } from './ageing-options.ts';
import { type CellArrays, spread } from './variation.ts';

/** change of a weight from which on it counts as written */
const written = 1e-7;

/** How the weights of one array age. */
export interface Ageing extends Stateful {
  /** Draws how the cells of the chip differ. */
  vary(): void;
  /** Lets time pass from one time to a later one, both in seconds. */
  age(from: number, to: number): void;
  /** The weights were programmed at this time, in seconds. */
  programmed(at: number): void;
}

/** @returns  undefined where nothing changes with time */
export function ageing(
  context: CellsContext,
  options: AgeingOptions,
  arrays: CellArrays,
): Ageing | undefined {
  const parts = [leaking, diffusing, drifting].flatMap((kind) => kind(context, options, arrays) ?? []);
  if (parts.length === 0) return undefined;
  const { weights, lower, upper } = arrays;
  return {
    vary() {
      for (const part of parts) part.vary();
    },
    age(from, to) {
      for (const part of parts) {
        part.age(from, to);
        for (let i = 0; i < weights.length; i++)
          weights[i] = Math.min(Math.max(weights[i], lower[i]), upper[i]);
        part.seen?.();
      }
    },
    programmed(at) {
      for (const part of parts) part.programmed?.(at);
    },
    state: () => Object.assign({}, ...parts.map((part) => part.state())),
    restore(state) {
      for (const part of parts) part.restore(state);
    },
  };
}

interface Part extends Omit<Ageing, 'programmed'> {
  programmed?(at: number): void;
  /** Looks at the weights after they were put between their bounds. */
  seen?(): void;
}
type Kind = (context: CellsContext, options: AgeingOptions, arrays: CellArrays) => Part | undefined;
const stateless: Stateful = stateOf({});

const leaking: Kind = (context, { lifetimeSeconds, lifetimeSpread = 0 }, { weights, rest }) => {
  if (lifetimeSeconds === undefined) return undefined;
  const lifetimes = context.arena.floats(weights.length);
  return {
    ...stateless,
    vary: () =>
      spread(
        lifetimes,
        context.chip.fork('lifetimes'),
        context,
        (z) => lifetimeSeconds * (1 + lifetimeSpread * z),
      ),
    age(from, to) {
      for (let i = 0; i < weights.length; i++) {
        const left = lifetimes[i] > 0 ? Math.exp((from - to) / lifetimes[i]) : 0;
        weights[i] = rest[i] + (weights[i] - rest[i]) * left;
      }
    },
  };
};

const diffusing: Kind = (context, { diffusionPerRootSecond = 0, diffusionSpread = 0 }, { weights }) => {
  if (diffusionPerRootSecond === 0) return undefined;
  const { arena, kernels, chip, random } = context;
  const [rates, steps] = [arena.floats(weights.length), arena.floats(weights.length)];
  const draws = normalState(arena, random.fork('diffusion'));
  return {
    ...stateOf({ diffusionDraws: draws }),
    vary: () =>
      spread(rates, chip.fork('diffusion'), context, (z) =>
        Math.abs(diffusionPerRootSecond * (1 + diffusionSpread * z)),
      ),
    age(from, to) {
      kernels.normals(steps, steps.length, draws);
      const root = Math.sqrt(to - from);
      for (let i = 0; i < weights.length; i++) weights[i] += rates[i] * root * steps[i];
    },
  };
};

const drifting: Kind = (context, { drift }, { weights }) => {
  if (drift === undefined) return undefined;
  const { spread: share = 0, startSeconds = 1, dependence = 0, logReference = 0 } = drift;
  const { weightPerConductance: ratio = 1, conductanceOffset = 0, weightOffset = 0 } = drift;
  const size = weights.length;
  const [exponents, started, last] = [1, 2, 3].map(() => context.arena.floats(size));
  const since = new Float64Array(size);
  const offset = conductanceOffset * ratio + weightOffset;
  return {
    ...stateOf({ driftStarts: started, driftLast: last, driftSince: since }),
    vary: () =>
      spread(exponents, context.chip.fork('drift'), context, (z) => drift.exponent * (1 + share * z)),
    age(_from, to) {
      const now = to / startSeconds;
      for (let i = 0; i < size; i++) {
        const w = weights[i];
        if (Math.abs(w - last[i]) > written) {
          started[i] = w;
          since[i] = now;
          continue;
        }
        const conductance = Math.max((w - weightOffset) / ratio + conductanceOffset, 1e-7);
        const lowered = dependence === 0 ? 0 : dependence * (Math.log(conductance) - logReference);
        const s = Math.max(now - since[i], 1) ** (lowered - exponents[i]);
        weights[i] = started[i] * s + offset * (s - 1);
      }
    },
    seen: () => last.set(weights),
    programmed(at) {
      started.set(weights);
      last.set(weights);
      since.fill(at / startSeconds);
    },
  };
};
