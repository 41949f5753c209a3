import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chopped } from '../../src/updates/chopped.ts';
import { mixedPrecision } from '../../src/updates/mixed-precision.ts';
import { tikiTakaV1 } from '../../src/updates/tiki-taka-v1.ts';
import { tikiTakaV2 } from '../../src/updates/tiki-taka-v2.ts';
import type { UpdatePlan } from '../../src/updates/update.ts';
import { bench, idealCell, lesson } from './bench.ts';

type Options = Readonly<Record<string, number | boolean>>;
interface Case {
  readonly scheme: string;
  readonly rate: number;
  readonly rows: number;
  readonly options: Options;
  readonly weights: number[][];
}

const { step, x, delta, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/aihwkit/transfers.json', import.meta.url), 'utf8'),
) as { step: number; x: number[][][]; delta: number[][][]; cases: Case[] };

/** aihwkit's names for what is called otherwise here. */
const names: Readonly<Record<string, string>> = {
  transfer_every: 'transferEvery',
  n_rows_per_transfer: 'unitsPerTransfer',
  granularity: 'granularity',
  transfer_lr: 'transferRate',
  n_x_bins: 'inputLevels',
  n_d_bins: 'deltaLevels',
  fast_lr: 'fastRate',
  n_reads_per_transfer: 'readsPerTransfer',
  gamma: 'gamma',
  thres_scale: 'threshold',
  momentum: 'momentum',
  forget_buffer: 'forgets',
  in_chop_prob: 'chopProbability',
  in_chop_random: 'chopsAtRandom',
  buffer_granularity: 'bufferGranularity',
  auto_granularity: 'autoGranularity',
  auto_scale: 'autoScale',
  auto_momentum: 'autoMomentum',
};

function planned({ scheme, options }: Case): UpdatePlan {
  const pulses = 'deterministic' as const;
  const known = Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (name in names ? [[names[name], value]] : [])),
  );
  if (scheme === 'mixed-precision') return mixedPrecision({ ...known, pulses, roundAtRandom: false });
  const slots = options.transfer_slots as number | undefined;
  const transfer = {
    ...known,
    pulses,
    transferPulses: { pulses, ...(slots && { slots }) },
    transferRateIsFixed: options.scale_transfer_lr === false,
    ...(options.units_in_mbatch !== undefined && {
      transferUnit: options.units_in_mbatch ? ('microbatches' as const) : ('rows' as const),
    }),
  };
  if (scheme === 'tiki-taka-v1') return tikiTakaV1(transfer);
  return scheme === 'tiki-taka-v2' ? tikiTakaV2(transfer) : chopped(transfer);
}

describe('weights of aihwkit 1.1.0 after each microbatch', () => {
  test.each(cases)('$scheme, rate $rate, $rows rows, $options', async (expected) => {
    const { updater } = await bench(planned(expected), 3, 4, { cell: idealCell(step) });
    expected.weights.forEach((weights, k) => {
      updater.update([lesson(x[k].slice(0, expected.rows), delta[k].slice(0, expected.rows))], expected.rate);
      weights.forEach((weight, i) => {
        expect(Math.abs(updater.weights[i] - weight * step), `microbatch ${k}`).toBeLessThan(1e-6);
      });
    });
  });
});
