import { readFileSync } from 'node:fs';
import { lastValueFrom } from 'rxjs';
import { feed, simd, withLabelColumns } from '../src/extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  forwardForward,
  inline,
  labelOverlay,
  measure,
  monoForward,
  type Pipeline,
  pixels,
  run,
  stream,
  wrongLabel,
} from '../src/index.ts';
import { columns, prequential } from '../src/report.ts';

// Prequential accuracy on a stream like Electricity, beside River's models on the same order:
//
//   python fixtures/river/electricity.py stream.csv fixtures/river/electricity.json
//   node --import tsx bench/electricity.ts stream.csv

const [path = 'stream.csv'] = process.argv.slice(2);
const river = JSON.parse(
  readFileSync(new URL('../fixtures/river/electricity.json', import.meta.url), 'utf8'),
) as { readonly models: Readonly<Record<string, { readonly accuracy: number; readonly kappa: number }>> };

const hidden = [64, 64];
const shared = {
  microbatch: 1,
  prequential: true,
  scale: 'running' as const,
  optimiser: adam({ learningRate: 2e-3, decay: 'none' }),
};
const rules: Readonly<Record<string, Omit<Pipeline, 'samples' | 'products'>>> = {
  'Forward-Forward': {
    ...{ ...shared, encoding: labelOverlay({ classes: 2 }), negatives: wrongLabel(), schedule: stream() },
    layers: hidden.map((units) => forwardForward({ units })),
  },
  'Mono-Forward': {
    ...{ ...shared, encoding: pixels(), schedule: stream() },
    layers: hidden.map((units) => monoForward({ units })),
  },
  backprop: {
    ...{ ...shared, encoding: pixels(), schedule: blocking() },
    layers: [...hidden.map((units) => backprop({ units })), crossEntropyHead({ classes: 2 })],
  },
};

const table: (readonly [name: string, accuracy: number, kappa: number])[] = Object.entries(river.models).map(
  ([name, { accuracy, kappa }]) => [`River, ${name}`, accuracy, kappa] as const,
);
for (const [name, pipeline] of Object.entries(rules)) {
  const read = await feed(path, { classes: ['DOWN', 'UP'], label: 'class' });
  const samples = name === 'Forward-Forward' ? withLabelColumns(read) : read;
  const line = { arrivals: { name: 'as read', rate: 1e12, gaps: () => () => 1e-3 } };
  const scored = run({ ...pipeline, samples, line, products: simd() }, inline()).pipe(
    measure({ scores: () => prequential() }),
  );
  const { scores } = await lastValueFrom(scored);
  table.push([`${name}, 64-64`, scores.accuracy, scores.kappa]);
}
process.stdout.write(
  `${columns(
    ['', 'accuracy', 'kappa'],
    table.map(([name, accuracy, kappa]) => [name, (100 * accuracy).toFixed(2), kappa.toFixed(3)]),
  )}\n`,
);
