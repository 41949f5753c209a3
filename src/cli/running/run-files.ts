import type { Parameter } from '../../extend.ts';
import type { TraceEvent } from '../../index.ts';
import {
  ChromeTrace,
  FileGuard,
  type GoodnessHistogram,
  goodnessEdges,
  type RunFolder,
  type RunInTrace,
  writeSafetensors,
  writeWhole,
} from '../../report.ts';
import { type MetricsLine, metricsHead, metricsRows } from './metrics-line.ts';

/** How the goodness of the rows of one network was spread. */
export interface NetworkGoodness {
  readonly rule: string;
  readonly seed: number;
  readonly layers: readonly GoodnessHistogram[];
}

/** The file with all of it, beside the edges of its bins. */
export const histogramsFile = 'histograms.json';

/**
 * The one place that writes into a run folder while networks are trained. A file that can't be written ends no training
 * and hides no other error: it is told once, kept in `faults`, and left alone from then on.
 */
export class RunFiles {
  readonly #folder: RunFolder;
  readonly #guard: FileGuard;
  readonly #trace: ChromeTrace | undefined = undefined;
  readonly #goodness: NetworkGoodness[] = [];

  /**
   * @param runs  networks that share the trace
   * @param tell  is called with one sentence for each file that could not be written
   * @param traced  whether a trace is written; left out, it is
   */
  constructor(folder: RunFolder, runs: number, tell: (fault: string) => void, traced = true) {
    this.#folder = folder;
    this.#guard = new FileGuard(tell);
    const path = folder.path(folder.traceName);
    if (traced) this.#trace = this.#guard.attempt(path, () => new ChromeTrace(path, { runs }));
  }

  get folder(): string {
    return this.#folder.folder;
  }

  /** One sentence for each file that could not be written. */
  get faults(): readonly string[] {
    return this.#guard.faults;
  }

  /** What the trace has of each run whose events it could not take in full. */
  get cut(): readonly RunInTrace[] {
    return this.#trace?.runs.filter(({ dropped }) => dropped > 0) ?? [];
  }

  /** @returns a function that takes the events of one run, the start event first */
  trace(name: string): (event: TraceEvent) => void {
    const trace = this.#trace;
    if (trace === undefined) return () => {};
    let sink: ReturnType<ChromeTrace['run']> | undefined;
    return (event) => {
      this.#guard.attempt(trace.path, () => {
        if (event.kind === 'start') sink = trace.run(name, event);
        sink?.add(event);
      });
    };
  }

  metrics(record: MetricsLine): void {
    this.#guard.attempt(this.#folder.path('metrics.jsonl'), () => this.#folder.appendMetrics(record));
    this.#guard.attempt(this.#folder.path('metrics.csv'), () =>
      this.#folder.appendRows(metricsHead, metricsRows(record)),
    );
  }

  /** Keeps what `histograms` writes. */
  goodness(network: NetworkGoodness): void {
    if (network.layers.length > 0) this.#goodness.push(network);
  }

  /** Writes `histograms.json`, where a network compared positives with negatives. */
  async histograms(): Promise<void> {
    if (this.#goodness.length === 0) return;
    const text = JSON.stringify({ edges: goodnessEdges, networks: this.#goodness });
    await this.write(histogramsFile, (path) => writeWhole(path, [`${text}\n`]));
  }

  async weights(
    name: string,
    parameters: readonly Parameter[],
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.write(name, (path) => writeSafetensors(path, parameters, metadata));
  }

  async json(name: string, value: unknown): Promise<void> {
    await this.write(name, () => this.#folder.writeJson(name, value));
  }

  /** Writes any other file of the folder. */
  async write(name: string, write: (path: string) => Promise<void>): Promise<void> {
    const path = this.#folder.path(name);
    await this.#guard.attemptLater(path, () => write(path));
  }

  /** Ends the trace and the metrics. */
  close(): void {
    const { traceName } = this.#folder;
    this.#guard.attempt(this.#folder.path(traceName), () => this.#trace?.close());
    this.#guard.attempt(this.#folder.path('metrics.jsonl'), () => this.#folder.close());
  }
}
