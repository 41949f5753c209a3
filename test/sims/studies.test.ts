import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Study, studyText } from '../../src/report.ts';

const folder = new URL('../../sims/', import.meta.url);
const studies = readdirSync(folder).filter((name) => /^\d\d-.*\.ts$/.test(name));
/** studies that learn: what they print to the last digit depends on what executes the products */
const learning = new Set(['07-time-to-accuracy.ts']);
const update = process.env.UPDATE_GOLDENS === '1';

async function study(file: string): Promise<string> {
  const { default: run } = (await import(new URL(file, folder).href)) as { default: () => Promise<Study> };
  const found = await run();
  expect(Object.keys(found.figures ?? {}).length).toBeGreaterThan(0);
  return studyText(found);
}

describe.each(studies)('study %s', (file) => {
  it('prints what it printed, and ends in a verdict', { timeout: 300_000 }, async () => {
    const path = new URL(`../../fixtures/sims/${file.replace('.ts', '.txt')}`, import.meta.url);
    const text = await study(file);
    if (update) writeFileSync(path, text);
    const golden = existsSync(path) ? readFileSync(path, 'utf8') : 'no golden: run with UPDATE_GOLDENS=1';
    if (learning.has(file)) expect(skeleton(text)).toBe(skeleton(golden));
    else expect(text).toBe(golden);
    expect(text).toMatch(/^verdict: (holds|fails|holds only if)\b/m);
  });
});

/** What stays when accuracies and times differ a little: the words of the table's rows and the claim. */
function skeleton(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('verdict'))
    .map((line) => line.replace(/[\d.,]+/g, '#').replace(/ +/g, ' '))
    .join('\n');
}

describe('the studies', () => {
  it('are numbered from 01 without a gap', () => {
    expect(studies.map((name) => Number(name.slice(0, 2)))).toEqual(studies.map((_, i) => i + 1));
  });
});
