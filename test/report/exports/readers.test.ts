import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, expect, test } from 'vitest';
import { runToExport } from '../../../src/cli/exporting/run-to-export.ts';
import { recordNamed } from '../../../src/cli/runs/run-record.ts';
import { exports, networkName, tagOf } from '../../../src/report.ts';
import { forwardflow, nowhere } from '../../cli/forwardflow.ts';
import { checkTrace } from '../trace/check-trace.ts';

// What TensorBoard, pandas, pyarrow, safetensors, numpy and PyTorch read in these very files is kept in fixtures/readers.

const fixtures = fileURLToPath(new URL('../../../fixtures/readers', import.meta.url));
const folder = join(fixtures, '2026-11-28T15-58-07-compare');
const run = runToExport(recordNamed(folder, 'runs'));
const kept = (name: string) => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
const read = kept('read.json') as {
  readonly files: Record<string, string>;
  readonly tensorboard: Record<string, Record<string, [number, number, number][]>>;
  readonly parquet: Record<string, Table>;
  readonly weights: Record<
    string,
    { metadata: object; arrays: Record<string, { shape: number[]; sha256: string }> }
  >;
};
interface Table {
  readonly rows: number;
  readonly columns: Record<string, { type: string; missing: number; sha256: string }>;
}
const torch = kept('pytorch.json') as {
  readonly files: Record<string, string>;
  readonly predicted: Record<string, string>;
};
const sha = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

const forms = ['tensorboard', 'parquet', 'csv', 'npy', 'safetensors', 'pytorch'];
const out = nowhere();
beforeAll(async () => {
  for (const form of forms) await forwardflow(['export', folder, '--as', form, '--out', join(out, form)]);
});
const hashesIn = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(path, file), sha(readFileSync(file))]),
  );

test('what is written now are the bytes that the tools have read', () => {
  const { pytorch, ...rest } = Object.fromEntries(forms.map((form) => [form, hashesIn(join(out, form))]));
  const all = Object.entries(rest).flatMap(([form, files]) =>
    Object.entries(files).map(([name, hash]) => [`${form}/${name}`, hash]),
  );
  expect(Object.fromEntries(all)).toEqual(read.files);
  expect(pytorch).toEqual(torch.files);
});

test('TensorBoard returns the scalars of the run: step, wall time and value', async () => {
  const ours: typeof read.tensorboard = {};
  for (const figure of await run.figures()) {
    ours[networkName(figure.rule, figure.seed)] ??= {};
    const tags = ours[networkName(figure.rule, figure.seed)];
    tags[tagOf(figure)] ??= [];
    const wall = Date.parse('2026-11-28T15:58:07Z') / 1000 + figure.seconds;
    tags[tagOf(figure)].push([figure.samples, wall, Math.fround(figure.value)]);
  }
  expect(Object.keys(ours).length).toBe(4);
  expect(read.tensorboard).toEqual(ours);
  expect(read.tensorboard['ff-seed-1']['accuracy/test'][0][2]).toBe(Math.fround(0.9395));
});

test('pandas and pyarrow return the figures and the events of the trace, typed', async () => {
  const figures = await run.figures();
  expect(tableOf(figures, read.parquet['metrics.parquet'])).toEqual(read.parquet['metrics.parquet']);
  const file = readFileSync(join(out, 'parquet/trace.parquet'));
  const rows = await parquetReadObjects({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length),
  });
  expect(tableOf(rows, read.parquet['trace.parquet'])).toEqual(read.parquet['trace.parquet']);
  const slices = checkTrace(join(folder, 'trace.json')).events.filter(({ ph }) => ph === 'X');
  expect(rows.filter(({ phase }) => phase === 'X').map(({ start_us }) => start_us)).toEqual(
    slices.map(({ ts }) => ts),
  );
  const types = Object.entries(read.parquet['metrics.parquet'].columns).map(([name, { type }]) => [
    name,
    type,
  ]);
  expect(Object.fromEntries(types)).toEqual({
    ...{ rule: 'string', seed: 'int64', samples: 'int64', seconds: 'double' },
    ...{ metric: 'string', layer: 'int32', stage: 'int32', value: 'double' },
  });
});

/** Hashes of columns as read.py makes them. */
function tableOf(rows: readonly object[], like: Table): Table {
  const columns = Object.entries(like.columns).map(([name, { type }]) => {
    const values = rows.map((row) => (row as Record<string, unknown>)[name]).filter((value) => value != null);
    const data =
      type === 'string' ? values.join('\n') : new Uint8Array(Float64Array.from(values, Number).buffer);
    return [name, { type, missing: rows.length - values.length, sha256: sha(data) }];
  });
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}

test('numpy and safetensors return the weights to the bit', async () => {
  const ours = (await run.networks()).map(({ name, parameters, metadata }) => {
    const arrays = parameters.map(({ name: array, shape, data }) => [
      array,
      { shape, sha256: sha(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) },
    ]);
    return [name, { metadata, arrays: Object.fromEntries(arrays) }];
  });
  expect(Object.fromEntries(ours)).toEqual(read.weights);
});

test('PyTorch predicts the same label as we do on each of 10,000 images', async () => {
  const alone = nowhere('ff-alone');
  mkdirSync(alone);
  for (const name of ['config.json', 'data.json', 'ff.weights.safetensors'])
    cpSync(join(folder, name), join(alone, name));
  const ours = {
    ...(await predictedBy(folder, (rule) => networkName(rule, 1))),
    ...(await predictedBy(alone, (rule) => `${networkName(rule, 1)} one pass`, '--by', 'one-pass')),
  };
  expect(Object.values(ours).map(({ length }) => length)).toEqual(Array(5).fill(10_000));
  expect(ours).toEqual(torch.predicted);
});

/** A digit a sample, for each network. */
async function predictedBy(path: string, nameOf: (rule: string) => string, ...flags: readonly string[]) {
  const labels = nowhere('labels.csv');
  const args = ['predict', path, '--tile', 'simd', '--runtime', 'inline', '--output', labels, ...flags];
  expect((await forwardflow(args)).code).toBe(0);
  const predicted: Record<string, string> = {};
  for (const row of readFileSync(labels, 'utf8').trimEnd().split('\n').slice(1)) {
    const [rule, , , label] = row.split(',');
    predicted[nameOf(rule)] = (predicted[nameOf(rule)] ?? '') + label;
  }
  return predicted;
}

test('every form but lines of JSON has been read by another tool, the trace in perfetto.test.ts', () => {
  const read = [...forms, 'chrome'];
  expect(exports.map(({ name }) => name).filter((name) => !read.includes(name))).toEqual(['jsonl']);
});
