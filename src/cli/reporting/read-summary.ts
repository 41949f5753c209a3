import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { mustFit } from '../runs/must-fit.ts';
import type { RunRecord } from '../runs/run-record.ts';

const share = z.number().min(-1e-9).max(1.000001);
const percentiles = z.looseObject({ p50: z.number(), p99: z.number() });
const limit = z.looseObject({ cycle: z.array(z.string()), seconds: z.number() });

/** of the machine that a run was on */
export const machine = z.looseObject({
  ...{ node: z.string(), platform: z.string(), cpu: z.string(), cores: z.number() },
  othersCores: z.number().optional(),
});
/** what an analog run cost by its model */
const ledger = z.looseObject({
  model: z.looseObject({ name: z.string() }),
  layers: z.array(
    z.looseObject({
      ...{ layer: z.number(), belowOnePulse: z.number().nullable(), outputsClipped: z.number() },
      learning: z.looseObject({
        ...{ dac: z.number(), adc: z.number(), array: z.number() },
        ...{ pulses: z.number(), digital: z.number() },
      }),
    }),
  ),
  ...{ energyPerSample: z.number(), energyPerPrediction: z.number().nullable() },
  ...{ pulsesPerSample: z.number(), writesPerCell: z.number(), enduranceUsed: z.number().optional() },
});

/** As much of a summary as a report reads; it may come from anyone. */
const schema = z.looseObject({
  runs: z
    .array(
      z.looseObject({
        ...{ rule: z.string().max(200), schedule: z.string().max(200), seed: z.number().optional() },
        ...{ samples: z.number(), samplesPerSecond: z.number(), wallSeconds: z.number() },
        ...{ testAccuracy: share.nullable(), learningSeconds: z.number(), bubble: share },
        cost: z.looseObject({ macsPerSample: z.number(), units: z.number() }),
        heldOut: z.array(z.looseObject({ epoch: z.number(), accuracy: share, seconds: z.number() })),
        latencyMs: percentiles,
        stages: z
          .array(
            z.looseObject({
              ...{ busy: share, starved: share, blocked: share, communicating: share },
              peakActivationBytes: z.number(),
            }),
          )
          .max(10_000),
        ...{ weightVersions: z.number(), peakActivationBytes: z.number(), interrupted: z.boolean() },
        limits: z
          .looseObject({ periodSeconds: z.number(), bottleneck: limit, next: limit.nullable() })
          .optional(),
        ...{ tile: z.string().optional(), kernels: z.string().optional(), hardware: ledger.optional() },
      }),
    )
    .max(10_000),
  ...{ data: z.string().optional(), environment: machine.optional(), sideBySide: z.number().optional() },
  interrupted: z.boolean(),
  runFolder: z.string(),
});

/**
 * Checks that the summary of a run is one that a report can be made of.
 *
 * @throws {Error} one sentence, when it is missing, or a field of it breaks its rule
 */
export function mustHaveSummary({ path, summary }: RunRecord): void {
  const file = join(path, 'summary.json');
  if (summary === null) {
    const got = existsSync(file)
      ? 'a file that is no JSON object'
      : 'no such file: the run goes on or was killed';
    throw new Error(`run to report must have a summary in ${file}; got ${got}`);
  }
  mustFit(schema, summary, file);
}
