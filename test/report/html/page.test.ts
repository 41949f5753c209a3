import { expect, test } from 'vitest';
import { reportPage } from '../../../src/report.ts';

const page = reportPage({
  title: 'a run',
  headline: 'It ran.',
  sections: [
    {
      heading: 'Longest',
      table: {
        columns: ['stage', 'kind', 'microbatch'],
        rows: [
          ['0', 'F', 12],
          ['1', 'starved', null],
        ],
      },
      text: 'a  table  for  the  terminal',
    },
  ],
  configuration: { seed: 1 },
  commands: ['forwardflow train --seed 1'],
});

test('numbers, their head, and what stands for one that is missing are set to the right', () => {
  expect(page).toContain('<th scope="col">kind</th><th scope="col" class="number">microbatch</th>');
  expect(page).toContain('<td>F</td><td class="number">12</td>');
  expect(page).toContain('<td>starved</td><td class="number">–</td>');
});

test('a long command is wrapped, for paper can not be scrolled; a table for the terminal keeps its lines', () => {
  expect(page).toMatch(/<pre class="wraps"[^>]*>forwardflow train --seed 1<\/pre>/);
  expect(page).toMatch(/<pre tabindex[^>]*>a {2}table/);
  expect(page).toMatch(/pre\.wraps\s*\{[^}]*white-space:\s*pre-wrap/);
});
