import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { LayerFigures } from '../../src/core/trace.ts';
import { blocks } from '../../src/data/microbatch.ts';
import { sumSquares } from '../../src/goodness/sum-squares.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import {
  type ForwardForwardAgainOptions,
  forwardForwardAgain,
} from '../../src/layers/forward-forward-again.ts';
import { logistic } from '../../src/losses/logistic.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { room } from '../kernels/workplace.ts';
import { hard, hashOf, traceOf, uniform } from '../runtimes/runs.ts';
import { activityOf, type Made, madeOf, mustAgree, shapeOf } from './workbench.ts';

const units = 12;
const again = (options: Partial<ForwardForwardAgainOptions> = {}) =>
  forwardForwardAgain({ units, every: 1, ...options });

/** F, W and U, and then the F of another microbatch, which tells the turn. */
function turnOf({ layer, output }: Made, m: Parameters<Made['layer']['forward']>[0]): LayerFigures {
  const memory = layer.memory();
  layer.forward(m, room(output), memory);
  layer.gradient(m, memory);
  layer.update();
  layer.forward(m, room(output), memory);
  return { layer: 1, ...layer.figures?.() };
}

const made = async (rows: number, options: Partial<ForwardForwardAgainOptions>, optimiser = sgd()) =>
  madeOf(again(options), shapeOf({ width: 20, rows, goodnessRows: rows, streams: 2, candidates: 4 }), {
    optimiser: await make(optimiser),
  });

describe('a layer that goes forward again', () => {
  const single = { phase: 1, goodness: sumSquares(), loss: logistic({ theta: 40 }) };

  it('turns nothing by what a single case teaches, with plain descent: it scales what it sends', async () => {
    const one = await made(1, single, sgd({ learningRate: 0.1, momentum: 0 }));
    const figures = turnOf(one, activityOf(one.input, random(2)));
    expect(figures.positiveTurn).toBeLessThan(1e-4);
    const both = await made(1, { ...single, phase: 100 }, sgd({ learningRate: 0.1, momentum: 0 }));
    const [m, other] = [activityOf(both.input, random(2)), room(both.output)];
    both.layer.forward(m, other, both.layer.memory());
    const moved = one.layer.parameters()[0].data.some((w, i) => Math.abs(w - both.weight[i]) > 1e-3);
    expect(moved).toBe(true);
    expect(figures.negativeTurn).toBeUndefined();
  });

  it('turns by a single case with Adam, which moves all weights alike', async () => {
    const one = await made(1, single, adam({ learningRate: 0.01 }));
    expect(turnOf(one, activityOf(one.input, random(2))).positiveTurn).toBeGreaterThan(0.1);
  });

  it('tells the mean angle between what it sent and what it sends of the same rows', async () => {
    const rows = 5;
    const one = await made(rows, {}, sgd({ learningRate: 1, momentum: 0 }));
    const m = activityOf(one.input, random(4));
    const [before, after] = [room(one.output), room(one.output)];
    const memory = one.layer.memory();
    one.layer.forward(m, before, memory);
    one.layer.gradient(m, memory);
    one.layer.update();
    one.layer.forward(m, after, memory);
    const figures = one.layer.figures?.() ?? {};
    for (const [block, key] of (['positiveTurn', 'negativeTurn'] as const).entries()) {
      const [a, b] = [before, after].map((one) => blocks(one, block, 1).data);
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        const [p, q] = [a, b].map((all) => Array.from(all.subarray(r * units, (r + 1) * units)));
        const dot = p.reduce((total, value, j) => total + value * q[j], 0);
        sum += Math.acos(dot / Math.hypot(...p) / Math.hypot(...q));
      }
      expect(figures[key]).toBeCloseTo(((180 / Math.PI) * sum) / rows, 3);
      expect(figures[key]).toBeGreaterThan(0.1);
    }
  });

  const watched = { every: 3 };
  it.each([
    ['uniform labels', uniform, [{ units: 24 }, { units: 16 }]],
    [
      'hard labels, dropout and a readout',
      {
        ...hard,
        layers: [forwardForward({ units: 24, neutral: true, dropout: 0.2 }), ...hard.layers.slice(1)],
      },
      [
        { units: 24, neutral: true, dropout: 0.2 },
        { units: 16, neutral: true, feature: true, peer: {} },
        { units: 12, neutral: true, feature: true },
      ],
    ],
  ] as const)('learns to the bits of a Forward-Forward layer: %s', async (_name, pipeline, options) => {
    const layers = [
      ...options.map((one) => forwardForwardAgain({ ...one, ...watched })),
      ...pipeline.layers.slice(options.length),
    ];
    const trace = await traceOf({ ...pipeline, layers }, inline());
    expect(hashOf(trace)).toBe(hashOf(await traceOf(pipeline, inline())));
    const turns = trace.flatMap((event) =>
      event.kind === 'op' && event.op === 'F' ? (event.layers ?? []) : [],
    );
    expect(turns.filter(({ positiveTurn }) => positiveTurn !== undefined).length).toBe(options.length * 4);
  });

  it('may send what it has learned: the layer above learns other weights, the same ones on every runtime', async () => {
    const after = {
      ...uniform,
      layers: [24, 16].map((units) => forwardForwardAgain({ units, sends: 'after' })),
    };
    const [one, other, third] = await Promise.all(
      [inline(), workers(), virtual()].map((runtime) =>
        lastValueFrom(run(after, runtime).pipe(toArray())).then(hashOf),
      ),
    );
    expect(other).toBe(one);
    expect(third).toBe(one);
    expect(one).not.toBe(hashOf(await traceOf(uniform, inline())));
  });

  it('of single cases sends the same before and after the update: the layer above learns the same', async () => {
    const learned = (sends: 'before' | 'after', phase?: number) => {
      const options = { sends, loss: logistic(), ...(phase !== undefined && { phase }) };
      return traceOf(
        {
          ...{ ...uniform, microbatch: 1, microbatches: 12, test: undefined, runningEvery: 0 },
          // a negative case is scaled by 1 − η|x̂|², which must stay above 0
          optimiser: sgd({ learningRate: 2e-4 }),
          layers: [24, 16].map((units) => forwardForwardAgain({ units, ...options })),
        },
        inline(),
      ).then((trace) => trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : [])));
    };
    const [before, after] = [await learned('before', 1), await learned('after', 1)];
    mustAgree(after[2].data, before[2].data, 1e-6);
    // where both rows teach, it does not
    const [pair, other] = [await learned('before'), await learned('after')];
    expect(() => mustAgree(other[2].data, pair[2].data, 1e-6)).toThrow();
  });
});
