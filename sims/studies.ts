import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { refusal } from '../src/extend.ts';
import { type Study, type StudyRecord, studyRecord, studyText, wallNanoseconds } from '../src/report.ts';

/** What one run of a study came to. */
export interface StudyResult {
  readonly text: string;
  readonly record: StudyRecord;
  readonly picture: Study['picture'];
  readonly more: Study['more'];
  /** whole seconds by the wall clock, and on how many cores */
  readonly seconds: number;
  readonly cores: number;
}

/** One study: a file whose default export measures and tells. */
export interface StudyFile {
  /** as it is called: `03-slow-stage`, `depth` */
  readonly name: string;
  /** how its text in `fixtures/sims/` was made: by its short form, where it has one */
  readonly hasQuickForm: boolean;
  /** whether a full run is kept in `docs/experiments/` */
  readonly keepsRecord: boolean;
  /** @param quick  whether to measure in less than a minute; a study without such a form takes no notice */
  run(quick: boolean): Promise<StudyResult>;
}

const here = new URL('.', import.meta.url);
const filesOf = (folder: string, name: RegExp): string[] =>
  readdirSync(new URL(folder, here))
    .filter((file) => name.test(file))
    .sort()
    .map((file) => `${folder}${file}`);

function study(file: string, hasQuickForm: boolean, keepsRecord = false): StudyFile {
  const name = file.replace(/^.*\/|\.ts$/g, '');
  return {
    ...{ name, hasQuickForm, keepsRecord },
    async run(quick) {
      const { default: measure } = (await import(new URL(file, here).href)) as {
        default: (quick?: boolean) => Promise<Study>;
      };
      const begun = wallNanoseconds();
      const found = await (hasQuickForm ? measure(quick) : measure());
      const seconds = Math.round((wallNanoseconds() - begun) / 1e9);
      const told = { text: studyText(found), record: studyRecord(name, found) };
      const { picture, more } = found;
      return { ...told, picture, more, seconds, cores: availableParallelism() };
    },
  };
}

/** Every study: those of schedules by number, then those of hardware, of streams and of the reading by name. */
export const studies: readonly StudyFile[] = [
  ...filesOf('./', /^\d\d-.*\.ts$/).map((file) => study(file, false)),
  ...filesOf('hardware/', /\.ts$/).map((file) => study(file, true)),
  ...filesOf('streams/', /^stream-.*\.ts$/).map((file) => study(file, true)),
  ...filesOf('reading/', /\.ts$/).map((file) => study(file, true, true)),
];

/**
 * The studies of these names; where a name is none, those whose names begin with it. No name means all.
 *
 * @throws {RangeError} when a name is none, and begins none
 */
export function namedStudies(names: readonly string[]): readonly StudyFile[] {
  if (names.length === 0) return studies;
  const chosen = names.flatMap((name) => {
    const exact = studies.filter((study) => study.name === name);
    const found = exact.length > 0 ? exact : studies.filter((study) => study.name.startsWith(name));
    if (found.length > 0) return found;
    const all = studies.map((study) => study.name);
    const words = all.map((one) => one.replace(/^\d\d-/, ''));
    throw new RangeError(refusal('study', `one of ${all.join(', ')}`, name, [...all, ...words]));
  });
  return [...new Set(chosen)];
}
