import type { Random } from '../../core/random.ts';
import type { Stateful } from '../../core/state.ts';
import { ones } from '../../kernels/analog/trains.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import { BernoulliWords } from './bernoulli.ts';
import { countAsked, type Tally } from './counts.ts';
import type { ResolvedPulses } from './pulse-options.ts';
import { largest, type Side, shareOut, side } from './side.ts';
import { planTrains, type TrainPlan } from './train-plan.ts';
import { wholePulses } from './whole-pulses.ts';

export interface LineContext {
  readonly place: Workplace;
  readonly pulses: ResolvedPulses;
  /** which side carries a vector, while one line of the other side is written */
  readonly vector: 'inputs' | 'units';
  /** length of that vector */
  readonly length: number;
  /** granularity that trains are planned by */
  readonly granularity: number;
  /** a stream of its own */
  readonly random: Random;
  /** what was sent on lines is added here */
  readonly tally: Tally;
}

/** Writes one line of an array: a vector on one side, the number 1 on a single line of the other. */
export class LineWriter implements Stateful {
  private readonly context: LineContext;
  private readonly bits: BernoulliWords;
  private readonly many: Side;
  private readonly single: Side;
  private readonly one = Float32Array.of(1);
  private readonly plan: TrainPlan = { slots: 1, input: 0, unit: 0 };

  constructor(context: LineContext) {
    const { place, pulses, vector, length, random } = context;
    const [own, other] =
      vector === 'inputs' ? [pulses.inputStep, pulses.unitStep] : [pulses.unitStep, pulses.inputStep];
    this.context = context;
    this.bits = new BernoulliWords(random, place);
    this.many = side(place.arena, length, own);
    this.single = side(place.arena, 1, other);
  }

  state = () => this.bits.state();
  restore: Stateful['restore'] = (state) => this.bits.restore(state);

  /**
   * Pulses that move the cells of the line by rate · values, in the mean.
   *
   * @param rate    0 or more
   * @param counts  pulses up, negative: down; overwritten [length]
   * @returns  whether there are any
   */
  count(values: Float32Array, rate: number, counts: Int32Array): boolean {
    const { many, single, plan } = this;
    const { pulses, vector, length, granularity, tally } = this.context;
    const most = largest(values, 0, length);
    if (most === 0 || rate === 0) return false;
    const onInputs = vector === 'inputs';
    planTrains(pulses, rate, granularity, onInputs ? most : 1, onInputs ? 1 : most, plan);
    const lines = shareOut(values, 0, onInputs ? plan.input : plan.unit, 0, many, tally);
    shareOut(this.one, 0, onInputs ? plan.unit : plan.input, 0, single, tally);
    const sides = { inputs: 1, units: lines };
    countAsked(tally, this.one, 0, 1, values, 0, length, sides, most, rate / granularity);
    if (pulses.pulses === 'stochastic') return this.fire(plan.slots, counts);
    wholePulses(single, many, plan.slots, pulses.pulses === 'mean-count', counts, tally);
    return true;
  }

  private fire(slots: number, counts: Int32Array): boolean {
    const { bits, many, single } = this;
    const { tally } = this.context;
    let any = false;
    counts.fill(0);
    for (let left = slots; left > 0; left -= 32) {
      const now = Math.min(left, 32);
      const fired = bits.draw(single.shares, now, single.words, tally);
      const firedToo = bits.draw(many.shares, now, many.words, tally);
      if (!fired || !firedToo) continue;
      any = true;
      const [{ words, signs }, word] = [many, single.words[0]];
      for (let k = 0; k < counts.length; k++) {
        const n = ones(words[k] & word);
        counts[k] += signs[k] === 1 ? -n : n;
      }
    }
    return any;
  }
}
