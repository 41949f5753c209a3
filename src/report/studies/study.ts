import { wrapped } from '../wrapped.ts';

/** What a study measured, by name: numbers, rows of numbers, words, and groups of them; NaN and ∞ become null in JSON. */
export interface Figures {
  readonly [name: string]: number | string | boolean | readonly (number | string)[] | Figures;
}

/** What a study says: a claim, what was measured, and what that means for the claim. */
export interface Study {
  /** the question in the words of those who asked it */
  readonly asked?: string;
  /** what the tables below it show, in a sentence */
  readonly question: string;
  readonly claim: string;
  /** fixed before anything was measured */
  readonly criterion: string;
  /** lines and tables */
  readonly measured: readonly string[];
  /** begins with `holds`, `fails` or `holds only if …`; a colon, and because of what */
  readonly verdict: string;
  /** the figures behind the verdict and the tables */
  readonly figures?: Figures;
  /** of the runs that were measured */
  readonly seeds?: readonly number[];
  /** what was learned from: `MNIST, 60,000 images` */
  readonly data?: string;
  /** characters of a line of its text; left out, 80 */
  readonly width?: number;
  /** draws the result as an SVG file's text; asked for in full runs only */
  readonly picture?: () => Promise<string>;
  /** further files of a full run, by how they end: `images.png` is kept as `NAME-images.png` */
  readonly more?: () => Promise<Readonly<Record<string, string | Uint8Array>>>;
}

/** One word about a claim. */
export type VerdictWord = 'holds' | 'fails' | 'holds only if';

/** A verdict's word, and what follows it: the condition of `holds only if`, and the reason. */
export interface Verdict {
  readonly verdict: VerdictWord;
  readonly because: string;
}

/** What `npm run sims -- NAME --json` prints, and a full run keeps beside the picture. */
export interface StudyRecord extends Verdict {
  readonly name: string;
  readonly asked?: string;
  readonly question: string;
  readonly claim: string;
  readonly criterion: string;
  readonly figures: Figures;
  readonly seeds: readonly number[];
  readonly data?: string;
  /** the text, line by line */
  readonly text: readonly string[];
}

/**
 * The first words of a verdict about a claim that is true of some things and not of others: `holds` of all, `fails` of none, else
 * `holds only if the rule is FF or Mono-Forward`.
 *
 * @param all   what the claim is about
 * @param some  those of which it is true
 * @param what  begins the condition: `the rule is`
 */
export function wordAmong(all: readonly string[], some: readonly string[], what: string): string {
  if (some.length === 0) return 'fails';
  return some.length === all.length ? 'holds' : `holds only if ${what} ${some.join(' or ')}`;
}

/** @throws {RangeError} when the sentence begins with no verdict */
export function verdictOf(sentence: string): Verdict {
  const [, verdict, because] = /^(holds only if|holds|fails)\b[:;,]? *(.*)$/s.exec(sentence) ?? [];
  if (verdict === undefined)
    throw new RangeError(`verdict must begin with holds, fails or holds only if; got '${sentence}'`);
  return { verdict: verdict as VerdictWord, because };
}

/**
 * A study as text, its lines no longer than it says.
 *
 * @throws {RangeError} when the verdict is none
 */
export function studyText(study: Study): string {
  const { asked, question, claim, criterion, measured, verdict, width } = study;
  verdictOf(verdict);
  return wrapped(
    [
      ...(asked === undefined ? [] : [`asked: ${asked}`, '']),
      question,
      '',
      ...measured,
      '',
      `claim: ${claim}`,
      `criterion: ${criterion}`,
      `verdict: ${verdict}`,
      '',
    ].join('\n'),
    width,
  );
}

/**
 * A study as a record for files and other programs.
 *
 * @param name  as it is called: `depth`
 * @throws {RangeError} when the verdict is none
 */
export function studyRecord(name: string, study: Study): StudyRecord {
  const { asked, question, claim, criterion, data } = study;
  return {
    name,
    ...(asked !== undefined && { asked }),
    ...{ question, claim, criterion },
    ...verdictOf(study.verdict),
    figures: study.figures ?? {},
    seeds: study.seeds ?? [],
    ...(data !== undefined && { data }),
    text: studyText(study).trimEnd().split('\n'),
  };
}
