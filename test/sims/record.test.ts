import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { from, keptRecords, pageOf, tableOfReading, to } from '../../sims/record.ts';
import { namedStudies, studies } from '../../sims/studies.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the studies', () => {
  it('are found by name before they are found by how a name begins', () => {
    expect(namedStudies(['mortal']).map(({ name }) => name)).toEqual(['mortal']);
    expect(namedStudies(['0']).length).toBe(7);
    expect(namedStudies([])).toBe(studies);
    expect(namedStudies(['03', '03-slow-stage']).length).toBe(1);
    expect(() => namedStudies(['nothing'])).toThrow(/study must be one of 01-.*; got 'nothing'/);
  });

  it('have different names', () => {
    expect(new Set(studies.map(({ name }) => name)).size).toBe(studies.length);
  });

  it('of the reading are at most 100 lines long', () => {
    for (const { name, keepsRecord } of studies)
      if (keepsRecord)
        expect(read(`sims/reading/${name}.ts`).split('\n').length, name).toBeLessThanOrEqual(101);
  });
});

describe('docs/experiments.md', () => {
  const page = read('docs/experiments.md');

  it('has the table that the full runs wrote', () => {
    expect(page.slice(page.indexOf(from) + from.length, page.indexOf(to)).trim()).toBe(tableOfReading());
  });

  it('links to a page of each study, as its record says', () => {
    for (const record of keptRecords())
      expect(read(`docs/experiments/${record.name}.md`)).toBe(pageOf(record));
  });

  it('stands beside records whose text ends in their own verdict', () => {
    const folder = new URL('../../docs/experiments/', import.meta.url);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const { text, verdict, because, name } = JSON.parse(read(`docs/experiments/${file}`));
      expect(`${name}.json`).toBe(file);
      expect(text.join(' ').replace(/\s+/g, ' ')).toContain(`verdict: ${verdict}`);
      expect(because.length).toBeGreaterThan(0);
    }
  });
});
