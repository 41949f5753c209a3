import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { shiftOf } from '../../../src/cli/stressing/specs/shift-of.ts';
import { sourceOf } from '../../../src/cli/stressing/specs/source-of.ts';

const dir = await mkdtemp(join(tmpdir(), 'sources-'));
afterAll(() => rm(dir, { recursive: true }));

describe('a source as text', () => {
  it.each([
    ['sea:noise=0.1,variant=2', 'sea 2', 3],
    ['hyperplane:features=5,magnitude=0.001', 'hyperplane', 5],
    ['rbf:speed=0.001,classes=3', 'rbf that drifts', 10],
    ['led:drift=4', 'led', 24],
    ['parity:features=30,bits=4', 'parity of 4 in 30', 30],
    ['agrawal:classification=4,variant=salary', 'agrawal 4', 9],
  ])('%s is a generator with its options', async (spec, name, width) => {
    const { stream, labelPlace } = await sourceOf(spec, { seed: 1 });
    expect([stream.name, stream.width, labelPlace]).toEqual([name, width, 'front']);
  });

  it('is a file, a file that is followed, or standard input', async () => {
    const path = join(dir, 'a.csv');
    await writeFile(path, 'a,label\n1,no\n2,yes\n');
    const file = await sourceOf(path, { seed: 1 });
    expect([file.stream.width, file.stream.classes]).toEqual([1, 2]);
    const followed = await sourceOf(`follow:${path}`, { seed: 1, classes: 'no,yes' });
    expect(followed.stream.live?.ended).toBe(false);
    followed.stream.live?.close();
    const stdin = Readable.from([Buffer.from('[1,0]\n[2,1]\n')]);
    const piped = await sourceOf('-', { seed: 1, classes: '2', label: '-1', stdin });
    expect([piped.stream.name, piped.stream.classes]).toEqual(['standard input', 2]);
  });

  it.each([
    [
      'hyperplan',
      "a file, follow:<file>, or - for standard input; got 'hyperplan' (did you mean 'hyperplane'?)",
    ],
    [
      'sea:nose=1',
      "options of source sea must be some of variant, noise; got 'nose' (did you mean 'noise'?)",
    ],
    ['sea:variant=7', 'variant of sea must be a whole number from 0 to 3; got 7'],
    ['none.csv', "got 'none.csv'"],
  ])('%s is refused', async (spec, says) => {
    await expect(sourceOf(spec, { seed: 1 })).rejects.toThrow(says);
  });
});

describe('a shift as text', () => {
  it.each([
    ['abrupt@20000', 'abrupt@20000', 'labels'],
    ['gradual@20000/5000:pixels', 'gradual@20000/5000', 'pixels'],
    ['incremental@2e4/5e3:gain=2', 'incremental@20000/5000', 'gain=2'],
    ['recurring@10000/10000:labels', 'recurring@10000/10000', 'labels'],
    ['abrupt@9:priors=1/0.5', 'abrupt@9', 'priors'],
    ['abrupt@9:classes=3', 'abrupt@9', 'classes'],
  ])('%s says when and what', (spec, when, what) => {
    const shift = shiftOf(spec);
    expect([shift.when.name, shift.shift.name]).toEqual([when, what]);
  });

  it.each([
    ['abrupt', 'shift must be <when>@<sample>'],
    ['abrubt@5', "got 'abrubt' (did you mean 'abrupt'?)"],
    ['gradual@5', 'shift must be gradual@<sample>/<samples>; got'],
    ['abrupt@5/6', "shift must be abrupt@<sample>; got 'abrupt@5/6'"],
    ['abrupt@5:label', "got 'label' (did you mean 'labels'?)"],
    ['abrupt@5:gain=x', "gain of a shift must be numbers, with / between; got 'x'"],
    ['abrupt@5:labels=2', 'labels of a shift takes no number; got 2'],
  ])('%s is refused', (spec, says) => {
    expect(() => shiftOf(spec)).toThrow(says);
  });
});
