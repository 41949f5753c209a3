import { readdirSync } from 'node:fs';

/** One study: a file whose default export measures and tells. */
export interface StudyFile {
  /** as it is called: `03-slow-stage`, `mortal` */
  readonly name: string;
  /** how its text in `fixtures/sims/` was made: by its short form, where it has one */
  readonly hasQuickForm: boolean;
  /** @param quick  whether to measure in less than a minute; a study without such a form takes no notice */
  run(quick: boolean): Promise<string>;
}

const here = new URL('.', import.meta.url);
const filesOf = (folder: string, name: RegExp): string[] =>
  readdirSync(new URL(folder, here))
    .filter((file) => name.test(file))
    .sort();

const study = (file: string, hasQuickForm: boolean): StudyFile => ({
  name: file.replace(/^.*\/|\.ts$/g, ''),
  hasQuickForm,
  async run(quick) {
    const { default: measure } = (await import(new URL(file, here).href)) as {
      default: (quick?: boolean) => Promise<string>;
    };
    return hasQuickForm ? measure(quick) : measure();
  },
});

/** Every study: those of schedules by number, then those of hardware and of streams by name, which have a short form. */
export const studies: readonly StudyFile[] = [
  ...filesOf('.', /^\d\d-.*\.ts$/).map((file) => study(file, false)),
  ...filesOf('hardware/', /\.ts$/).map((file) => study(`hardware/${file}`, true)),
  ...filesOf('streams/', /^stream-.*\.ts$/).map((file) => study(`streams/${file}`, true)),
];
