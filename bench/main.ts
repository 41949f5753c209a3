import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { mnist, namedProducts } from '../src/index.ts';
import { analogSpeed, analogText } from './analog.ts';
import { cellSpeeds, cellsText } from './cells.ts';
import { elementwiseOf, elementwiseText } from './elementwise.ts';
import { overheadOf, overheadText } from './overhead.ts';
import { predictionText, tenLabels } from './prediction.ts';
import { prequentialCost, prequentialText } from './prequential.ts';
import { selectionCases, selectionOf, wideSelectionCases } from './selection.ts';
import { selectionText } from './selection-text.ts';
import { simulationSpeeds, simulationText } from './simulation.ts';
import { soak, soakText } from './soak.ts';
import { type Case, streamOf, streamText } from './stream.ts';
import { supervisionCost, supervisionText } from './supervision.ts';
import { tileSpeeds, tilesText } from './tiles.ts';
import { type TimedTraining, timeToAccuracy, timeToAccuracyText, trainingText } from './time-to-accuracy.ts';

// How fast it is here, all in one run, in turns: ratios count, and this machine's load is in all of them alike.
//
//   npm run bench -- [--json] [--tile auto|blas|simd|tfjs] [--rounds 5] [--only tiles,stream,wide,elementwise,overhead,prediction,prequential,supervision,simulation,cells,analog]
//   npm run bench -- --only soak --minutes 10
//   npm run bench -- --only selection,selection-wide [--epochs 5]
//   npm run bench -- --only time-to-accuracy [--rules ff,ff-selective,…] [--seeds 1,2,3] [--epochs 20]

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tile: { type: 'string', default: 'auto' },
    rounds: { type: 'string', default: '5' },
    only: {
      type: 'string',
      default:
        'tiles,stream,wide,elementwise,overhead,prediction,prequential,supervision,simulation,cells,analog',
    },
    minutes: { type: 'string', default: '10' },
    epochs: { type: 'string' },
    rules: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3' },
  },
});
const parts = [
  'tiles',
  'stream',
  'wide',
  'elementwise',
  'overhead',
  'prediction',
  'prequential',
  'supervision',
  'simulation',
  'cells',
  'analog',
  'soak',
  'selection',
  'selection-wide',
  'time-to-accuracy',
];
const rounds = Number(values.rounds);
const minutes = Number(values.minutes);
const only = new Set(values.only.split(','));
const unknown = [...only].find((part) => !parts.includes(part));
if (unknown !== undefined) throw new Error(`only must be some of ${parts.join(', ')}; got '${unknown}'`);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`rounds must be a whole number, 1 or more; got '${values.rounds}'`);
const epochs = values.epochs === undefined ? undefined : Number(values.epochs);
if (epochs !== undefined && !(Number.isInteger(epochs) && epochs >= 1))
  throw new Error(`epochs must be a whole number, 1 or more; got '${values.epochs}'`);
const seeds = values.seeds.split(',').map(Number);
if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0))
  throw new Error(`seeds must be whole numbers, 0 or more, as 1,2,3; got '${values.seeds}'`);
if (!(minutes > 0)) throw new Error(`minutes must be a number above 0; got '${values.minutes}'`);
const products = await namedProducts(values.tile as Parameters<typeof namedProducts>[0]);
const all = await mnist('train');
const figures: Record<string, unknown> = {
  environment: {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    tile: products.name,
    rounds,
  },
};
const say = (text: string) => {
  if (!values.json) process.stdout.write(text);
};
const note = (name: string, figure: unknown, text: string) => {
  figures[name] = figure;
  say(text);
};

say(
  `tile ${products.name}, ${availableParallelism()} cores (${cpus()[0]?.model}), node ${process.version}; median [min–max] of ${rounds} rounds, in turns\n`,
);

const narrow: readonly Case[] = [
  { units: [500, 500], microbatch: 100, capacity: 8, samples: 60_000, epochs: 2 },
  { units: [500, 500], microbatch: 200, capacity: 8, samples: 60_000, epochs: 2 },
];
const wide: readonly Case[] = [
  { units: [1000, 1000, 1000], microbatch: 100, capacity: 8, samples: 24_000, only: ['inline', 'mono'] },
  { units: [2000, 2000, 2000, 2000], microbatch: 200, capacity: 2, samples: 20_000, only: ['pytorch'] },
];

if (only.has('tiles')) {
  const figure = await tileSpeeds(rounds);
  note('tiles', figure, tilesText(figure));
}
const streams = [];
for (const one of [...(only.has('stream') ? narrow : []), ...(only.has('wide') ? wide : [])]) {
  const figure = await streamOf(one, { all, products, rounds });
  streams.push(figure);
  note('streams', streams, streamText(figure));
}
if (only.has('cells')) {
  const figure = await cellSpeeds(rounds);
  note('cells', figure, cellsText(figure));
}
if (only.has('analog')) {
  const figure = await analogSpeed(all, products, rounds);
  note('analog', figure, analogText(figure));
}
if (only.has('elementwise')) {
  const figure = await elementwiseOf({ all, products, rounds });
  note('elementwise', figure, elementwiseText(figure));
}
if (only.has('overhead')) {
  say('\nwhat the stream itself costs\n');
  const list = [];
  for (const [milliseconds, stages] of [
    [1, 1],
    [1, 2],
    [0.1, 1],
    [0, 1],
  ]) {
    const figure = await overheadOf(all, { milliseconds, stages, rounds });
    list.push(figure);
    note('overhead', list, overheadText(figure));
  }
}
if (only.has('prediction')) {
  const figure = await tenLabels(products, rounds);
  note('tenLabels', figure, predictionText(figure));
}
if (only.has('supervision')) {
  const figure = await supervisionCost(all, products, rounds);
  note('supervision', figure, supervisionText(figure));
}
if (only.has('prequential')) {
  const figure = await prequentialCost(all, products, rounds);
  note('prequential', figure, prequentialText(figure));
}
if (only.has('simulation')) {
  const figure = await simulationSpeeds(rounds);
  note('simulation', figure, simulationText(figure));
}
if (only.has('soak')) {
  const figure = await soak({ all, products, minutes });
  note('soak', figure, soakText(figure));
}
const selections = [];
for (const one of [
  ...(only.has('selection') ? selectionCases : []),
  ...(only.has('selection-wide') ? wideSelectionCases : []),
]) {
  const test = await mnist('test');
  const figure = await selectionOf({ ...one, ...(epochs && { epochs }) }, { all, test, products, rounds });
  selections.push(figure);
  note('selection', selections, selectionText(figure));
}
if (only.has('time-to-accuracy')) {
  const rules = values.rules?.split(',');
  const told = (training: TimedTraining) => say(trainingText(training));
  say('\nseconds to 98.0, 98.3 and 98.5 %\n');
  const test = await mnist('test');
  const figure = await timeToAccuracy({ all, test, products, rules, seeds, epochs, told });
  note('timeToAccuracy', figure, timeToAccuracyText(figure));
}
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
