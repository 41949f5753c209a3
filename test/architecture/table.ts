// Which folder may import what. The tests hold the sources to it, and `npm run architecture` prints it.

/** The public entry files: the package's sub-paths. They may import whatever they hand out. */
export const entries = ['src/index.ts', 'src/simulation.ts', 'src/report.ts', 'src/extend.ts'];

/** Each family's folder and the file that is its shape. */
export const shapes: Readonly<Record<string, string>> = {
  arrivals: 'arrival.ts',
  shifts: 'shift.ts',
  augmentations: 'augmentation.ts',
  negatives: 'negative.ts',
  cells: 'cell.ts',
  updates: 'update.ts',
  distributions: 'distribution.ts',
  kernels: 'kernel.ts',
  products: 'product.ts',
  tiles: 'tile.ts',
  goodness: 'goodness.ts',
  losses: 'loss.ts',
  optimisers: 'optimiser.ts',
  layers: 'layer.ts',
  schedules: 'schedule.ts',
  runtimes: 'runtime.ts',
  measures: 'measure.ts',
};
const shapeFiles = Object.entries(shapes).map(([folder, file]) => `src/${folder}/${file}`);

/** What a folder may import beside itself: a folder, or single files of one. */
const core = ['src/core/'];
export const table: Readonly<Record<string, readonly string[]>> = {
  core: [],
  data: core,
  arrivals: core,
  shifts: core,
  augmentations: core,
  negatives: core,
  cells: [...core, 'src/kernels/'],
  distributions: core,
  measures: core,
  schedules: core,
  goodness: core,
  losses: core,
  kernels: core,
  optimisers: [...core, 'src/kernels/kernel.ts'],
  products: [...core, 'src/kernels/'],
  updates: [...core, 'src/cells/cell.ts', 'src/kernels/', 'src/optimisers/', 'src/products/product.ts'],
  tiles: [...core, 'src/cells/', 'src/kernels/', 'src/products/', 'src/optimisers/', 'src/updates/'],
  layers: [
    ...core,
    'src/data/',
    'src/goodness/',
    'src/kernels/',
    'src/losses/',
    'src/negatives/',
    'src/optimisers/',
    'src/tiles/',
  ],
  pipeline: [...core, 'src/data/', 'src/tiles/digital.ts', ...shapeFiles],
  graph: [...core, 'src/data/', 'src/pipeline/', ...shapeFiles],
  work: [...core, 'src/data/', 'src/pipeline/', 'src/graph/', ...shapeFiles],
  ends: [...core, 'src/data/', 'src/pipeline/', 'src/graph/', 'src/work/', ...shapeFiles],
  threads: [...core, 'src/data/', 'src/pipeline/', 'src/graph/', 'src/work/', 'src/ends/', ...shapeFiles],
  simulation: [...core, 'src/distributions/', 'src/graph/', ...shapeFiles],
  virtual: [
    ...core,
    'src/data/',
    'src/distributions/',
    'src/pipeline/',
    'src/graph/',
    'src/work/',
    'src/ends/',
    'src/simulation/',
    ...shapeFiles,
  ],
  runtimes: [
    ...core,
    'src/data/',
    'src/distributions/',
    'src/pipeline/',
    'src/graph/',
    'src/work/',
    'src/ends/',
    'src/threads/',
    'src/virtual/',
    'src/simulation/',
    ...shapeFiles,
  ],
  run: [
    ...core,
    'src/data/',
    'src/distributions/',
    'src/kernels/',
    'src/pipeline/',
    'src/graph/',
    'src/work/',
    'src/runtimes/',
    'src/simulation/',
    ...shapeFiles,
  ],
  check: [
    ...core,
    'src/cells/ideal.ts',
    'src/data/',
    'src/kernels/',
    'src/products/',
    'src/tiles/',
    'src/optimisers/',
    'src/negatives/',
    ...shapeFiles,
  ],
  report: [...core, 'src/measures/', 'src/simulation/'],
  cli: entries,
};
/** AssemblyScript: its imports have no extension, and it runs nowhere but in WebAssembly. */
export const assembly = 'src/kernels/assembly/';
/** Families over core alone may name what travels, as a type. */
export const travels = 'src/data/microbatch.ts';
export const mayNameWhatTravels = new Set([
  'arrivals',
  'shifts',
  'augmentations',
  'negatives',
  'measures',
  'schedules',
  'goodness',
  'losses',
]);
