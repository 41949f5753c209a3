import type { Parameter } from '../../core/trace.ts';
import type { Figure } from './parts/figures.ts';
import type { NetworkForm } from './parts/network-form.ts';
import type { TraceFile } from './parts/trace-file.ts';

/** A form that other tools open: what files it makes of a run. */
export interface Export {
  /** as `--as` names it */
  readonly name: string;
  /** what opens it, for people */
  readonly readers: string;
  /**
   * The files of a run, in memory; nothing is written.
   *
   * @throws {RangeError} one sentence, when the run lacks what this form needs
   */
  files(run: RunToExport): Promise<readonly ExportFile[]>;
}

/** A file to be written. */
export interface ExportFile {
  /** path below the folder that takes the files, with `/` between folders */
  readonly name: string;
  /** in order; asked for when it is written */
  readonly chunks: Iterable<Uint8Array | string>;
}

/** A run as exports see it. Each part is read when it is asked for. */
export interface RunToExport {
  /** the run folder, for errors */
  readonly folder: string;
  /** when it began */
  readonly begun: Date;
  /** every figure that was written down while it ran, and at its end */
  figures(): Promise<readonly Figure[]>;
  /** traces, in the order of their parts; none where none was written */
  traces(): Promise<readonly TraceFile[]>;
  /** networks with their weights, in the order in which they were trained */
  networks(): Promise<readonly NetworkToExport[]>;
}

/** A network that a run has trained. */
export interface NetworkToExport {
  readonly rule: string;
  readonly seed: number;
  /** as `networkName` makes it */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** free text that stands beside the weights */
  readonly metadata: Readonly<Record<string, string>>;
  /** what it computes; or why that can't be said outside of this library, as `rule; got value` */
  readonly form: NetworkForm | { readonly refused: string };
}

/** `ff-seed-1`: a name that any file system takes, whatever the rule is called. */
export function networkName(rule: string, seed: number): string {
  return fileName(`${rule}-seed-${seed}`);
}

/** characters of a name; file systems take 255 bytes */
const longest = 120;

/** A name without separators of paths, never hidden and never empty. */
export function fileName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, longest) || 'unnamed'
  );
}
