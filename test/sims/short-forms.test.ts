import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { studies } from '../../sims/studies.ts';

const update = process.env.UPDATE_GOLDENS === '1';

/** What does not depend on the wall clock: of a study on worker threads, its counts before the table of times. */
const repeatable = (text: string): string => text.split('\nby the wall clock')[0];

describe.each(studies.filter(({ hasQuickForm }) => hasQuickForm))('short form of study $name', (study) => {
  it('prints what it printed, in 80 columns, and ends in a verdict', { timeout: 300_000 }, async () => {
    const path = new URL(`../../fixtures/sims/${study.name}.txt`, import.meta.url);
    const { text, record } = await study.run(true);
    if (update) writeFileSync(path, repeatable(text));
    const golden = existsSync(path) ? readFileSync(path, 'utf8') : 'no golden: run with UPDATE_GOLDENS=1';
    expect(repeatable(text)).toBe(golden);
    expect(text).toMatch(/^verdict: (holds|fails|holds only if)\b/m);
    expect(['holds', 'fails', 'holds only if']).toContain(record.verdict);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
