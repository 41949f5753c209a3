import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leaveReport } from '../../sims/report.ts';
import type { StudyResult } from '../../sims/studies.ts';
import { csvOf, figuresTable, lineChart, type Study, studyRecord, studyText } from '../../src/report.ts';

const study: Study = {
  asked: 'is <b>it</b> so?',
  question: 'What is measured',
  claim: 'It is so',
  criterion: 'above 1',
  measured: ['a  b', '1  2'],
  verdict: 'holds only if a < b: it is & is not',
  figures: { all: 3, of: { a: [1.5, Number.NaN], 'b, c': 'so' } },
  seeds: [1, 2],
  picture: () =>
    lineChart({
      title: 'Drawn',
      x: { label: 'x' },
      y: { label: 'y' },
      series: [{ name: 'one', points: [{ x: 0, y: 1 }] }],
    }),
};
const result: StudyResult = {
  text: studyText(study),
  record: studyRecord('made-up', study),
  picture: study.picture,
  more: async () => ({ 'more.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'images.png': 'no' }),
  seconds: 12,
  cores: 2,
};

describe('the report of a study', () => {
  it('stands in a folder of its own, with what was asked, found and drawn', async () => {
    const root = mkdtempSync(join(tmpdir(), 'study-'));
    const page = await leaveReport(result, { quick: false, root });
    const [folder] = readdirSync(root);
    expect(folder).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-study$/);
    expect(page).toBe(join(root, folder, 'report.html'));
    expect(readdirSync(join(root, folder)).sort()).toEqual(['figures.csv', 'report.html', 'study.json']);
    const html = readFileSync(join(root, folder, 'report.html'), 'utf8');
    expect(html).toContain('<p class="headline">holds only if: a &lt; b: it is &amp; is not</p>');
    expect(html).toContain('is &lt;b&gt;it&lt;/b&gt; so?');
    for (const text of ['What is measured', 'It is so', 'above 1', '1, 2', 'a  b\n1  2'])
      expect(html).toContain(text);
    expect(html).toContain('id="picture"');
    expect(html).toContain('id="picture-2"');
    expect(html).not.toContain('images.png');
    expect(html).toContain('npm run sims -- made-up</pre>');
    const kept = JSON.parse(readFileSync(join(root, folder, 'study.json'), 'utf8'));
    expect(kept).toMatchObject({ name: 'made-up', verdict: 'holds only if', seconds: 12, cores: 2 });
    expect(readFileSync(join(root, folder, 'figures.csv'), 'utf8')).toBe(
      csvOf(figuresTable(study.figures ?? {})),
    );
  });

  it('of a short form goes where it was asked for, and says how to repeat it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'study-')), 'here.html');
    expect(await leaveReport(result, { quick: true, page: file })).toBe(file);
    expect(readFileSync(file, 'utf8')).toContain('npm run sims -- made-up --quick</pre>');
  });

  it('that can’t be made ends nothing', async () => {
    const broken = { ...result, picture: () => Promise.reject(new Error('no pen')) };
    expect(
      await leaveReport(broken, { quick: false, root: mkdtempSync(join(tmpdir(), 'study-')) }),
    ).toBeUndefined();
  });
});

describe('the figures of a study', () => {
  it('are a row each, named by their groups, and as CSV in quotes where they need them', () => {
    const table = figuresTable(study.figures ?? {});
    expect(table.rows).toEqual([
      ['all', 3],
      ['of / a[0]', 1.5],
      ['of / a[1]', null],
      ['of / b, c', 'so'],
    ]);
    expect(csvOf(table)).toBe('figure,value\nall,3\nof / a[0],1.5\nof / a[1],\n"of / b, c",so\n');
  });
});
