import { rmSync } from 'node:fs';
import {
  csvOf,
  figuresTable,
  openRunFolder,
  reportPage,
  studyReport,
  wallDate,
  writeWhole,
} from '../src/report.ts';
import type { StudyResult } from './studies.ts';

/**
 * Leaves the page of a study, and beside it what it holds as `study.json` and its figures as `figures.csv`: in a run folder of
 * its own, or the page alone where somebody says. What fails is told in one line, for the study has been run.
 *
 * @param page   the file; left out, `<root>/<stamp>-study/report.html`
 * @param quick  whether it was the short form
 * @param root   the folder of run folders; left out, `runs`
 * @returns      where the page is; undefined where there is none
 */
export async function leaveReport(
  { record, picture, more, seconds, cores }: StudyResult,
  {
    page,
    quick,
    root = 'runs',
  }: { readonly page?: string | undefined; readonly quick: boolean; readonly root?: string },
): Promise<string | undefined> {
  try {
    const { name, figures } = record;
    const commands = [`npm run sims -- ${name}${quick ? ' --quick' : ''}`];
    const further = Object.entries((!quick && (await more?.())) || {}).filter(([file]) =>
      file.endsWith('.svg'),
    );
    const pictures = {
      ...(picture && { [name]: await picture() }),
      ...Object.fromEntries(
        further.map(([file, svg]) => [`${name}-${file}`.replace(/\.svg$/, ''), String(svg)]),
      ),
    };
    const html = reportPage(studyReport(record, { pictures, commands, seconds }));
    if (page !== undefined) {
      await writeWhole(page, [html]);
      return page;
    }
    const folder = await openRunFolder(root, 'study', wallDate());
    folder.close();
    // nothing is measured line by line
    for (const name of ['metrics.jsonl', 'metrics.csv']) rmSync(folder.path(name), { force: true });
    await folder.writeJson('study.json', { ...record, seconds, cores });
    await writeWhole(folder.path('figures.csv'), [csvOf(figuresTable(figures))]);
    await writeWhole(folder.path('report.html'), [html]);
    return folder.path('report.html');
  } catch (error) {
    process.stderr.write(`report of ${record.name} could not be made: ${(error as Error).message}\n`);
    return undefined;
  }
}
