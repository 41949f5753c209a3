import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overlay, readData } from '../../src/extend.ts';
import { labelOverlay } from '../../src/index.ts';
import { readSafetensors } from '../../src/report.ts';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';
import { figuresIn, textIn } from './report-page.ts';

const runs = runsFolder();
const small = ['--data', fixture, '--layers', '12,10', '--epochs', '1', '--microbatch', '50'];
const quick = [...small, '--limit', '200', '--tile', 'plain', '--runtime', 'inline', '--no-trace'];

interface Drawn {
  readonly truth: readonly number[];
  readonly into: readonly number[];
  readonly opinion?: readonly number[];
}
const drawn: Drawn[] = [];
Object.assign(globalThis, { drawnInReports: drawn });

/** A sampler that is another, and tells what it drew. */
function told(name: string, text: string): string {
  const path = join(runs, `${name}.ts`);
  writeFileSync(path, text);
  return path;
}
const tells = (of: string) => `
  import { moduleOf, plan } from 'forwardflow/extend';
  import { ${of} } from 'forwardflow';
  export default () => plan(import.meta.url, 'told ${of}');
  export const create = async () => {
    const inner = (await moduleOf(${of}())).create({});
    return { ...inner, name: 'told', draw(truth, rows, classes, opinion, random, into) {
      inner.draw(truth, rows, classes, opinion, random, into);
      globalThis.drawnInReports.push({
        truth: [...truth.subarray(0, rows)], into: [...into.subarray(0, rows)],
        opinion: opinion && [...opinion.data.subarray(0, rows * classes)],
      });
    } };
  };`;
const tellsImages = `
  import { masked, moduleOf, plan } from 'forwardflow/extend';
  export default () => ({ ...plan(import.meta.url, 'told masked'), rejects: 'images', least: 1 });
  export const create = async () => {
    const inner = (await moduleOf(masked())).create({ share: 0.3 });
    return { name: 'told', drawImages(batch, random, into) {
      inner.drawImages(batch, random, into);
      const n = batch.rows * batch.width;
      globalThis.drawnInReports.push({ truth: [...batch.images.subarray(0, n)], into: [...into.subarray(0, n)] });
    } };
  };`;

async function reported(...args: readonly string[]) {
  drawn.length = 0;
  const { stdout, stderr, code } = await forwardflow(['train', ...quick, '--runs', runs, ...args, '--json']);
  expect([code, stderr.includes('could not be made')]).toEqual([0, false]);
  const { runFolder } = JSON.parse(stdout) as { runFolder: string };
  const page = readFileSync(join(runFolder, 'report.html'), 'utf8');
  return { runFolder, page, figure: figuresIn(page)['negatives-1'] };
}

describe('negatives in a report', () => {
  it('are the wrong labels of the first microbatch as the first layer drew them', async () => {
    const { figure, page } = await reported('--negatives', told('labels', tells('wrongLabel')));
    // four microbatches of the run, then the report's
    expect(drawn).toHaveLength(5);
    expect(drawn[4]).toEqual(drawn[0]);
    expect(drawn[4].into).not.toEqual(drawn[1].into);
    expect(figure.rows.map(([, , truth, wrong]) => [Number(truth), Number(wrong)])).toEqual(
      drawn[0].truth.slice(0, 12).map((truth, i) => [truth, drawn[0].into[i]]),
    );
    expect(textIn(page)).toContain('the first microbatch as it was drawn');
  }, 30_000);

  it('are the images that the source drew, of augmented samples', async () => {
    const args = ['--readout', '--shift', '2', '--negatives', told('images', tellsImages)];
    const { figure } = await reported(...args);
    expect(drawn).toHaveLength(5);
    expect(drawn[4]).toEqual(drawn[0]);
    const [first] = drawn;
    const differ = (r: number) =>
      first.truth.slice(784 * r, 784 * (r + 1)).filter((pixel, i) => pixel !== first.into[784 * r + i])
        .length;
    expect(figure.rows.map((row) => row[3])).toEqual(figure.rows.map((_, r) => differ(r)));
    expect(differ(0)).toBeGreaterThan(0);
  }, 30_000);

  it('that ask the first layer are drawn from what it says at the end', async () => {
    const alpha = ['--loss', 'logistic', '--goodness', 'mean', '--alpha', '7'];
    const { runFolder, page, figure } = await reported(
      ...alpha,
      ...['--negatives', told('hard', tells('hardLabel'))],
    );
    expect(drawn).toHaveLength(5);
    const { parameters } = await readSafetensors(join(runFolder, 'weights.safetensors'));
    const [weight, bias] = ['layer0.weight', 'layer0.bias'].map(
      (name) => parameters.find((one) => one.name === name)?.data as Float32Array,
    );
    const { train: samples } = await readData(fixture);
    const row = new Float32Array(784);
    const amplitude = labelOverlay({ classes: 10 }).encode(
      samples?.images ?? row,
      Number(figure.rows[0][1]),
      row,
    );
    for (let label = 0; label < 10; label++) {
      overlay(row, amplitude, label);
      let squares = 0;
      for (let j = 0; j < 12; j++) {
        let z = bias[j];
        for (let i = 0; i < 784; i++) z += row[i] * weight[i * 12 + j];
        squares += Math.max(0, z) ** 2;
      }
      expect(drawn[4].opinion?.[label]).toBeCloseTo((7 * squares) / 12, 3);
    }
    expect(textIn(page)).toContain('the network would be given at the end');
  }, 30_000);

  it('that ask the whole network are drawn from its scores at the end', async () => {
    for (const [name, more] of [
      ['lagged-goodness', []],
      ['lagged-readout', ['--readout']],
    ] as const) {
      const { figure } = await reported('--negatives', name, ...more);
      expect(figure.rows).toHaveLength(12);
      for (const [, , truth, wrong] of figure.rows) expect(wrong).not.toBe(truth);
    }
  }, 30_000);

  it('are left out with a reason where the data is no more what it was', async () => {
    const { runFolder } = await reported('--negatives', 'uniform');
    const copy = mkdtempSync(join(tmpdir(), 'report-'));
    cpSync(runFolder, copy, { recursive: true });
    const file = join(copy, 'data.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), samples: 7 }));
    expect((await forwardflow(['report', copy])).code).toBe(0);
    const page = readFileSync(join(copy, 'report.html'), 'utf8');
    expect(figuresIn(page)).not.toHaveProperty('negatives-1');
    expect(textIn(page)).toContain(
      "negatives can't be drawn again: data of a resumed run must be as they were, 7",
    );
  }, 30_000);
});
