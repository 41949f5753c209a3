import { wallNanoseconds } from '../../extend.ts';
import type { LineFlow, LineLatency } from '../../report.ts';

/** What is shown of a stream while it goes on. */
export interface LiveFigures {
  readonly seconds: number;
  readonly flow: LineFlow;
  readonly latency: LineLatency;
  readonly accuracy: number | undefined;
  readonly busy: readonly number[];
}

/** seconds between two plain lines, where there is no terminal */
const between = 5;

/** Shows a stream as it goes on: a status line on a terminal, a plain line every few seconds elsewhere. */
export class LiveView {
  readonly #stream: NodeJS.WriteStream;
  #last = wallNanoseconds();

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  show(figures: LiveFigures): void {
    const line = lineOf(figures);
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[K${line.slice(0, this.#stream.columns - 1)}`);
    else if (wallNanoseconds() - this.#last >= between * 1e9) {
      this.#last = wallNanoseconds();
      this.#stream.write(`${line}\n`);
    }
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}

function lineOf({ seconds, flow, latency, accuracy, busy }: LiveFigures): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  return [
    `${seconds.toFixed(0)} s`,
    `${count(flow.learned)} learned`,
    `${count(flow.dropped.total)} dropped`,
    `${count(flow.inFlight)} in flight`,
    `p99 ${latency.latencyMs.p99.toFixed(1)} ms`,
    `accuracy ${accuracy === undefined ? '–' : `${(100 * accuracy).toFixed(1)} %`}`,
    `busy ${busy.map((share) => Math.round(100 * share)).join('/')} %`,
  ].join('  ');
}
