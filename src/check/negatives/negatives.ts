import { matrix } from '../../core/matrix.ts';
import { random } from '../../core/random.ts';
import type { Negatives, NegativesPlan } from '../../negatives/negative.ts';
import { type ContractRule, holds, same } from '../rule.ts';

/** A sampler, and the plan that it was made from. */
export interface NegativesSubject {
  readonly plan: NegativesPlan;
  readonly negatives: Negatives;
}

/** Labels to draw for: row by row the true one, and how plausible each label is. */
interface Draw {
  readonly classes: number;
  readonly seed: number;
  readonly rows: readonly { readonly truth: number; readonly opinion: readonly number[] }[];
}

const extremes = [1e30, -1e30, 0, 3e38, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN];

/** 200 cases of 2 to 12 classes and 1 to 20 rows; one opinion in four is extreme. */
const cases: readonly Draw[] = Array.from({ length: 200 }, (_, seed) => {
  const draw = random(seed).fork('negatives');
  const classes = 2 + draw.whole(11);
  const opinion = (): number =>
    draw.whole(4) === 0 ? extremes[draw.whole(extremes.length)] : 50 * draw.normal();
  return {
    ...{ classes, seed },
    rows: Array.from({ length: 1 + draw.whole(20) }, () => ({
      truth: draw.whole(classes),
      opinion: Array.from({ length: classes }, opinion),
    })),
  };
});

const drawn = ({ negatives }: NegativesSubject, { classes, seed, rows }: Draw, room = rows.length) => {
  const truth = Uint16Array.from({ length: room }, (_, r) => rows[r]?.truth ?? 0);
  const opinion = matrix(rows.length, classes, Float32Array.from(rows.flatMap((row) => row.opinion)));
  const into = new Uint16Array(room).fill(99);
  const own = negatives.needsOpinion ? opinion : undefined;
  negatives.draw(truth, rows.length, classes, own, random(seed), into);
  return [...into];
};

const alike = (count: number, truth: number, classes: number) =>
  new Array<Draw['rows'][number]>(count).fill({ truth, opinion: new Array<number>(classes).fill(0) });

/** What every sampler of negatives promises. */
export const negativesRules: readonly ContractRule<NegativesSubject>[] = [
  {
    name: 'asks where the source draws',
    says: 'draws at the source if and only if its plan says what to ask for',
    check({ plan, negatives }) {
      const { asks } = plan;
      same(negatives.drawnBy === 'source', asks !== undefined, 'drawnBy is source');
      if (asks === undefined) return;
      holds(['goodness', 'onePass'].includes(asks.purpose), `asks for ${asks.purpose}`);
      holds(asks.lag >= 0, `lag is ${asks.lag}`);
    },
  },
  {
    name: 'never the true label',
    says: 'draws a class that is never the true one, whatever the opinion',
    check(subject) {
      for (const one of cases) {
        for (const [r, label] of drawn(subject, one).entries()) {
          const { truth } = one.rows[r];
          const of = `of ${one.classes} classes`;
          holds(label !== truth, `row ${r} ${of} was given its true label, ${truth}`);
          holds(label < one.classes, `row ${r} ${of} was given label ${label}`);
        }
      }
    },
  },
  {
    name: 'one seed, one draw',
    says: 'draws the same for the same seed: from the stream it is given and nothing else',
    check(subject) {
      for (const one of cases) same(drawn(subject, one), drawn(subject, one), `labels of seed ${one.seed}`);
    },
  },
  {
    name: 'writes its rows only',
    says: 'writes the rows that it is told of, no more',
    check: (subject) =>
      same(drawn(subject, { classes: 2, seed: 1, rows: alike(3, 0, 2) }, 5), [1, 1, 1, 99, 99], 'labels'),
  },
];

/** What holds of ours and is no duty: a sampler may reject one fixed label. */
export const spreadingNegativesRules: readonly ContractRule<NegativesSubject>[] = [
  {
    name: 'another seed, another draw',
    says: 'draws otherwise for another seed',
    check(subject) {
      const rows = alike(64, 1, 10);
      const [one, other] = [1, 2].map((seed) => drawn(subject, { classes: 10, seed, rows }).join());
      holds(one !== other, 'seeds 1 and 2 gave the same labels');
    },
  },
  {
    name: 'reaches every wrong label',
    says: 'reaches every wrong label',
    check(subject) {
      const labels = new Set(drawn(subject, { classes: 10, seed: 1, rows: alike(400, 3, 10) }));
      same([...labels].sort(), [0, 1, 2, 4, 5, 6, 7, 8, 9], 'labels of 400 draws');
    },
  },
];
