/** The test files that take longest, the longest first. */
export const heavy: readonly string[] = [
  'runtimes/determinism.test.ts',
  'runtimes/several-stages.test.ts',
  'sims/studies.test.ts',
  'cli/faults.test.ts',
  'cli/calibrate.test.ts',
  'cli/sweep.test.ts',
  'contracts/tiles.test.ts',
  'contracts/products.test.ts',
  'cli/commands.test.ts',
  'runtimes/pipedream.test.ts',
  'runtimes/flushes.test.ts',
  'cli/simulate.test.ts',
  'runtimes/exit.test.ts',
];
