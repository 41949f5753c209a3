import type { RunReport } from '../../src/report/run-report.ts';

/** A report made by hand. @param busy  share of each stage */
export function report(of: Partial<RunReport>, busy: readonly number[] = [1, 0.8]): RunReport {
  return {
    rule: 'ff',
    seed: 1,
    schedule: 'stream',
    runtime: 'workers',
    tile: 'plain',
    kernels: 'plain',
    layers: [500, 500],
    workers: busy.length,
    epochs: 1,
    samples: 60_000,
    samplesPerSecond: 20_000,
    cost: { macsPerSample: 1_784_000, units: 2.78 },
    testAccuracy: 0.98,
    heldOut: [],
    runningAccuracy: null,
    latencyMs: { p50: 5, p99: 12 },
    bubble: 1 - busy.reduce((sum, one) => sum + one, 0) / busy.length,
    stages: busy.map((one) => ({
      busy: one,
      starved: 1 - one,
      blocked: 0,
      communicating: 0,
      peakActivationBytes: 1024,
    })),
    peakActivationBytes: 1024,
    weightVersions: 1,
    weightsHash: null,
    learningSeconds: 3,
    wallSeconds: 4,
    interrupted: false,
    ...of,
  };
}
