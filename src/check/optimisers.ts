import { random } from '../core/random.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { Optimiser, Stepper } from '../optimisers/optimiser.ts';
import { type ContractRule, holds, refuses, same } from './rule.ts';

/** An optimiser and where its steps are made; `horizon` updates for its rate. */
export interface OptimiserSubject {
  readonly optimiser: Optimiser;
  readonly place: Workplace;
}

const size = 9;
const within = ({ arena }: Workplace, values: ArrayLike<number>): Float32Array => {
  const array = arena.floats(values.length);
  array.set(values);
  return array;
};
const some = (place: Workplace, seed: number): Float32Array => {
  const draw = random(seed);
  return within(
    place,
    Float32Array.from({ length: size }, () => draw.normal()),
  );
};
const stepperOf = ({ optimiser, place }: OptimiserSubject, of = size): Stepper =>
  optimiser.stepper(of, place);

/** What every optimiser promises. */
export const optimiserRules: readonly ContractRule<OptimiserSubject>[] = [
  {
    name: 'no gradient, no change',
    says: 'changes nothing by a gradient of zeros',
    check(subject) {
      const weights = some(subject.place, 1);
      stepperOf(subject).step(weights, subject.place.arena.floats(size), 0.5);
      same(weights, some(subject.place, 1), 'weights');
    },
  },
  {
    name: 'no rate, no change',
    says: 'changes nothing at a rate of 0',
    check(subject) {
      const weights = some(subject.place, 1);
      const stepper = stepperOf(subject);
      for (let i = 0; i < 3; i++) stepper.step(weights, some(subject.place, i), 0);
      same(weights, some(subject.place, 1), 'weights');
    },
  },
  {
    name: 'against the gradient',
    says: 'goes against the gradient at first, and leaves the gradient as it is',
    check(subject) {
      const weights = subject.place.arena.floats(size);
      const gradient = some(subject.place, 2);
      stepperOf(subject).step(weights, gradient, 0.01);
      same(
        [...weights].map(Math.sign),
        [...gradient].map((g) => -Math.sign(g)),
        'signs of the step',
      );
      same(gradient, some(subject.place, 2), 'gradient');
    },
  },
  {
    name: 'arrays apart',
    says: 'keeps the memories of two arrays apart',
    check(subject) {
      const { place } = subject;
      const [alone, beside] = [some(place, 1), some(place, 1)];
      const [one, two, other] = [stepperOf(subject), stepperOf(subject), stepperOf(subject)];
      for (let i = 0; i < 4; i++) {
        one.step(alone, some(place, i), 0.1);
        two.step(beside, some(place, i), 0.1);
        other.step(some(place, 3), some(place, 9 + i), 0.1);
      }
      same(beside, alone, 'weights beside another array');
    },
  },
  {
    name: 'finds the bottom',
    says: 'finds the bottom of a bowl: in 400 steps at 0.1 falling to 0 it comes within 0.02',
    check(subject) {
      const weights = within(subject.place, [1, -0.5]);
      const stepper = stepperOf(subject, 2);
      for (let i = 0; i < 400; i++)
        stepper.step(weights, within(subject.place, weights), 0.1 * (1 - i / 400));
      const left = Math.hypot(...weights);
      holds(left < 0.02, `distance ${left} is left`);
    },
  },
  {
    name: 'goes on from its state',
    says: 'goes on from its state after any number of steps to the same bits, and refuses a state that lacks an array',
    check(subject) {
      for (const steps of [0, 1, 31, 32, 40]) goesOn(subject, steps);
    },
  },
  {
    name: 'a rate that never rises',
    says: 'has a rate above 0 at every step, that never rises',
    check({ optimiser }) {
      for (const steps of [1, 2, 7, 600]) {
        const rates = Array.from({ length: steps }, (_, step) => optimiser.rate(step, steps));
        const lowest = Math.min(...rates);
        holds(lowest > 0, `rate falls to ${lowest} in ${steps} steps`);
        const rises = rates.findIndex((rate, i) => i > 0 && rate > rates[i - 1]);
        holds(rises < 0, `rate rises at step ${rises} of ${steps}`);
      }
    },
  },
];

function goesOn(subject: OptimiserSubject, k: number): void {
  const { place } = subject;
  const [undisturbed, other] = [stepperOf(subject), stepperOf(subject)];
  const weights = some(place, 1);
  for (let i = 0; i < k; i++) undisturbed.step(weights, some(place, i), 0.1);
  const copy = within(place, weights);
  other.step(some(place, 4), some(place, 5), 0.3); // what it remembers must all be replaced
  const state = structuredClone(undisturbed.state());
  undisturbed.step(some(place, 6), some(place, 7), 0); // and the state is a copy
  undisturbed.restore(state);
  other.restore(state);
  for (let i = k; i < k + 40; i++) {
    undisturbed.step(weights, some(place, i), 0.1);
    other.step(copy, some(place, i), 0.1);
  }
  same(copy, weights, `weights 40 steps after a state of step ${k}`);
  same(other.state(), undisturbed.state(), `state 40 steps after one of step ${k}`);
  for (const name of Object.keys(state)) {
    const { [name]: _, ...rest } = state;
    refuses(() => other.restore(rest), `a state without ${name}`);
  }
}
