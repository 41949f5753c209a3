/** The test files that take longest, the longest first, 20 seconds or more; the rest begin in the order of their size. */
export const heavy: readonly string[] = [
  'sims/studies.test.ts',
  'sims/short-forms.test.ts',
  'runtimes/determinism.test.ts',
  'runtimes/several-stages.test.ts',
  'cli/manners.test.ts',
  'browser/playground.test.ts',
  'contracts/products.test.ts',
  'cli/analog.test.ts',
  'browser/playground-learns.test.ts',
  'products/blas.test.ts',
  'cli/commands.test.ts',
  'cli/sweep.test.ts',
  'examples/stepped-tile.test.ts',
  'cli/calibrate.test.ts',
  'readme.test.ts',
  'browser/live.test.ts',
  'runtimes/resume.test.ts',
  'runtimes/pipedream.test.ts',
  'runtimes/selection.test.ts',
  'runtimes/supervision.test.ts',
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
