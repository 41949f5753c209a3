import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ageOf, type Begun, begunAt, newestFirst, objectIn, type RunState, stateOf } from './record-parts.ts';

/** As much of a `report.json` as a list shows; it may come from anyone. */
const schema = z.looseObject({
  interrupted: z.boolean(),
  error: z.string().optional(),
  learnedPerSecond: z.number().nullish(),
  prequential: z.looseObject({ accuracy: z.number() }).nullable(),
});

/** What the folder of a stream under stress says of it. */
export interface StreamRecord extends Begun {
  readonly path: string;
  readonly name: string | null;
  readonly state: RunState;
  readonly ageSeconds: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rule: string;
  /** what `report.json` holds; null where there is none, or what no stream writes */
  readonly report: z.infer<typeof schema> | null;
}

/** The stream in a folder; undefined where there is none. */
export function streamOf(path: string): StreamRecord | undefined {
  const settings = objectIn(join(path, 'config.json'));
  if (typeof settings?.source !== 'string' || typeof settings.rule !== 'string') return undefined;
  const found = schema.safeParse(objectIn(join(path, 'report.json')));
  const report = found.success ? found.data : null;
  const begun = begunAt(path);
  const { rule, name: asked } = settings;
  const name = typeof asked === 'string' ? asked : null;
  return {
    ...{ folder: basename(path), path, name, rule, settings, report },
    ...{ state: stateOf(report), begun: begun.toISOString(), ageSeconds: ageOf(begun) },
  };
}

/** The streams in the folders of a folder, the newest first. */
export function streamsIn(root: string): StreamRecord[] {
  return newestFirst(root, streamOf);
}

/** The folder of the newest stream of this name; undefined where there is none. @param root  the folder of runs */
export function streamNamed(name: string, root: string): string | undefined {
  return streamsIn(root).find((stream) => stream.name === name)?.path;
}

/** The stream that somebody means, by the path of its folder, the folder's name, or the stream's; undefined where there is none. */
export function findStream(asked: string, root: string): StreamRecord | undefined {
  const places = [asked, ...(asked === basename(asked) ? [join(root, asked)] : [])];
  const path = places.find((one) => existsSync(one)) ?? streamNamed(asked, root);
  return path === undefined ? undefined : streamOf(path);
}

/** What it came to, as the list of runs has it: nothing where it left no report. */
export function figuresOfStream({ rule, report }: StreamRecord): {
  readonly rule: string;
  /** of the samples predicted before they were learned from, 0 … 1; null where none were */
  readonly accuracy: number | null;
  readonly samplesPerSecond: number | null;
}[] {
  if (report === null) return [];
  const { prequential, learnedPerSecond = null } = report;
  return [{ rule, accuracy: prequential?.accuracy ?? null, samplesPerSecond: learnedPerSecond }];
}
