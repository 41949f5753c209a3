import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { forwardflow, runsFolder, small } from './forwardflow.ts';
import { textIn } from './report-page.ts';

let runs: string;
let folder: string;
beforeAll(async () => {
  runs = runsFolder();
  const { code } = await forwardflow(['compare', ...small, '--runtime', 'inline', '--runs', runs, '--json']);
  expect(code).toBe(0);
  folder = join(runs, readdirSync(runs)[0]);
}, 60_000);

const report = async (...args: string[]) => {
  const { stdout, stderr, code } = await forwardflow(['report', ...args]);
  return { stdout, stderr, code };
};

describe('report', () => {
  it('makes one page of a run, with what it measured and the command that repeats it', async () => {
    const { stdout, code } = await report(folder, '--json');
    expect(code).toBe(0);
    const { report: path, bytes } = JSON.parse(stdout) as { report: string; bytes: number };
    expect(path).toBe(join(folder, 'report.html'));
    expect(bytes).toBe(statSync(path).size);
    expect(bytes).toBeLessThan(2e6);
    const page = readFileSync(path, 'utf8');
    const { runs: measured } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
    for (const run of measured)
      expect(page).toContain(Math.round(run.samplesPerSecond).toLocaleString('en-US'));
    const { data, environment } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
    for (const text of [data, environment.cpu, measured[0].tile, measured[0].kernels])
      expect(textIn(page)).toContain(text);
    for (const heading of [
      'Results',
      'What it ran on',
      'The pipeline',
      'Over time',
      'Where the time went',
      'Accuracy',
      'Loss',
      'Goodness',
    ])
      expect(page).toContain(`>${heading}</h2>`);
    expect(page).toContain(`forwardflow compare --config ${join(folder, 'config.json')}`);
    for (const text of [
      'Loss while learning: ',
      'How goodness is spread: Forward-Forward',
      '>epoch 1<',
      '>epoch 4<',
    ])
      expect(page).toContain(text);
    // nothing is asked for from elsewhere
    expect(page).toContain("default-src 'none'");
    expect(page.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  });

  it('draws the timelines of several networks on one scale', () => {
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    const ends = [...page.matchAll(/<title>(?:ff|backprop), 0 s to ([^<]+)<\/title>/g)].map(([, end]) => end);
    expect(ends).toHaveLength(2);
    expect(new Set(ends).size).toBe(1);
    expect(page.match(/; on the scale of the longest run\. Zoom/g)).toHaveLength(1);
  });

  it('says whose rates are of virtual time', async () => {
    const args = ['--runtime', 'virtual', '--runs', runs, '--json', '--no-trace', '--name', 'imagined'];
    expect((await forwardflow(['train', ...small, ...args])).code).toBe(0);
    const out = join(runs, 'imagined.html');
    await report('imagined', folder, '--runs', runs, '--out', out);
    const page = readFileSync(out, 'utf8');
    expect(page).toMatch(/<p class="headline">imagined: Forward-Forward, stream, virtual time: /);
    expect(page).toContain('<th scope="col">imagined: Forward-Forward, stream, virtual time</th>');
  }, 30_000);

  it('says which accuracy is of samples held out', async () => {
    const name = ['--name', 'held'];
    const args = ['--runtime', 'inline', '--held-out', '60', '--runs', runs, '--json', '--no-trace'];
    expect((await forwardflow(['train', ...small, ...args, ...name])).code).toBe(0);
    const out = join(runs, 'held.html');
    await report('held', folder, '--runs', runs, '--out', out);
    const page = readFileSync(out, 'utf8');
    expect(page).toContain('held: Forward-Forward, stream, held out');
    expect(page).toContain('or on samples held out where its name says so');
  }, 30_000);

  it('puts runs side by side, and pools those that differ in their seeds alone', async () => {
    const args = ['train', ...small, '--runtime', 'inline', '--runs', runs, '--json', '--no-trace'];
    for (const seed of ['2', '3']) await forwardflow([...args, '--seed', seed, '--name', `seed${seed}`]);
    const out = join(runs, 'both.html');
    expect((await report('seed2', 'seed3', '--runs', runs, '--out', out)).stdout).toBe(`report: ${out}\n`);
    const pooled = readFileSync(out, 'utf8');
    expect(pooled).toContain('<th scope="row">seeds</th><td>2, 3</td>');
    expect(pooled).toMatch(/\d\d\.\d\d \[−?\d+\.\d\d to \d+\.\d\d\]/);
    await report('seed2', folder, '--runs', runs, '--out', out);
    const beside = readFileSync(out, 'utf8');
    expect(beside).toContain('seed2: Forward-Forward, stream');
    expect(beside).toContain('backprop, blocking');
    // runs of different settings are no comparison: each says what it reached
    const [, headline] = /<p class="headline">(.*?)<\/p>/.exec(beside) ?? [];
    expect(headline).toMatch(/^seed2: Forward-Forward, stream: .* %.* on the test set, .* samples\/s\./);
    expect(headline).not.toContain('as many samples');
  }, 30_000);

  it('draws the rows that histograms.json counted, of each layer and epoch', () => {
    const { edges, networks } = JSON.parse(readFileSync(join(folder, 'histograms.json'), 'utf8'));
    expect(edges).toHaveLength(77);
    expect(networks.map(({ rule, seed }: { rule: string; seed: number }) => [rule, seed])).toEqual([
      ['ff', 1],
    ]);
    const [{ layers }] = networks as { layers: { epochs: Record<'positive' | 'negative', number[]>[] }[] }[];
    expect(layers.map(({ epochs }) => epochs.length)).toEqual([4, 4]);
    for (const { positive, negative } of layers.flatMap(({ epochs }) => epochs)) {
      const rows = positive.reduce((a, b) => a + b, 0);
      expect(rows).toBeGreaterThan(0);
      expect(negative.reduce((a, b) => a + b, 0)).toBe(rows);
    }
  });

  it('says that the machine was busy, as the terminal does', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'report-'));
    cpSync(folder, copy, { recursive: true });
    const file = join(copy, 'summary.json');
    const summary = JSON.parse(readFileSync(file, 'utf8'));
    const environment = { ...summary.environment, cores: 2, othersCores: 1.26 };
    writeFileSync(file, JSON.stringify({ ...summary, environment }));
    await report(copy);
    const page = readFileSync(join(copy, 'report.html'), 'utf8');
    expect(page).toContain('the machine was busy: other programs kept 1.3 of its 2 cores at work');
  });

  it('escapes what a folder says', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'report-'));
    cpSync(folder, copy, { recursive: true });
    const file = join(copy, 'config.json');
    const name = '<script>alert(1)</script>&"\'';
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), name }));
    await report(copy);
    const page = readFileSync(join(copy, 'report.html'), 'utf8');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('<h1>&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;</h1>');
  });

  it.each([
    ['summary.json', 'no JSON', 'must have a summary in'],
    ['summary.json', '{"runs":[{"rule":7}],"interrupted":false,"runFolder":""}', 'runs.0.rule in'],
    ['summary.json', '{"runs":[],"environment":{"cores":"2"}}', 'environment.node in'],
    ['metrics.jsonl', '{"rule":7}\n{"rule":7}\n', 'line 1 of'],
    ['trace.json', '{"a":1}', 'trace.json must be a trace that forwardflow wrote'],
    ['histograms.json', 'no', 'histograms.json must be the JSON that a run writes'],
    ['histograms.json', '{"edges":[1],"networks":7}', 'networks in'],
    ['data.json', 'no', 'data.json must be the JSON that a run writes'],
    ['ff.weights.safetensors', 'no', 'ff.weights.safetensors'],
  ])('refuses a folder whose %s is broken, in one sentence', async (name, text, says) => {
    const copy = mkdtempSync(join(tmpdir(), 'report-'));
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith('report.html') });
    writeFileSync(join(copy, name), text);
    const { stderr, code } = await report(copy);
    expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(stderr).toContain(says);
    expect(existsSync(join(copy, 'report.html'))).toBe(false);
  });

  it('refuses what is no run', async () => {
    expect((await report('nowhere', '--runs', runs)).stderr).toContain("got 'nowhere'");
  });
});
