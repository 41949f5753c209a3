/** The test files that take longest, the longest first. */
export const heavy: readonly string[] = [
  'sims/studies.test.ts',
  'runtimes/several-stages.test.ts',
  'runtimes/determinism.test.ts',
  'contracts/products.test.ts',
  'cli/commands.test.ts',
  'cli/sweep.test.ts',
  'runtimes/pipedream.test.ts',
  'runtimes/flushes.test.ts',
  'cli/calibrate.test.ts',
  'cli/faults.test.ts',
  'runtimes/exit.test.ts',
  'runtimes/orders.test.ts',
  'runtimes/faults.test.ts',
];

/** What the edit loop leaves out: whatever starts threads or processes, trains for long, or simulates much. */
export const notQuick: readonly string[] = [
  ...['bench', 'browser', 'cli', 'examples', 'package', 'run', 'runtimes', 'sims', 'threads'].map(
    (folder) => `${folder}/**`,
  ),
  ...['examples.test.ts', 'readme.test.ts', 'contracts/products.test.ts', 'contracts/tiles.test.ts'],
  ...[
    'core/arena.test.ts',
    'kernels/unbuilt.test.ts',
    'products/*.test.ts',
    'report/trace/runs.test.ts',
    'report/exports/readers.test.ts',
  ],
  // asks for a process of its own, with engine flags that no other file has set
  'kernels/flavours.test.ts',
  // many random cases
  ...['ends/encoder.test.ts', 'data/idx.test.ts', 'graph/limits/bottleneck-random.test.ts'],
  ...['simulation/laws.test.ts', 'simulation/queues.test.ts'],
];
