import type { LineFlow, LineLatency } from '../../report.ts';
import { type Shares, sparkline } from './marks.ts';
import { type Canvas, type Screen, terminal } from './screen.ts';
import { stageLines } from './stage-lines.ts';

/** What is shown of a stream while it goes on. */
export interface LiveFigures {
  readonly seconds: number;
  readonly flow: LineFlow;
  readonly latency: LineLatency;
  readonly accuracy: number | undefined;
  readonly stages: readonly Shares[];
}

/** Shows a stream as it goes on. */
export interface StreamDisplay {
  show(figures: LiveFigures): void;
  /** takes it away */
  clear(): void;
}

/** bars of the accuracy, at most: the last minutes of a long stream */
const bars = 24;

/** The progress of a stream, drawn in place on a terminal, as a plain line every few seconds elsewhere. */
export function stressProgress(screen: Screen = terminal()): StreamDisplay {
  const panel = screen.panel();
  const accuracies: number[] = [];
  return {
    show(figures) {
      if (figures.accuracy !== undefined) accuracies.push(figures.accuracy);
      if (accuracies.length > bars) accuracies.shift();
      panel.show({ lines: (canvas) => linesOf(figures, accuracies, canvas), line: () => lineOf(figures) });
    },
    clear: () => panel.clear(),
  };
}

function linesOf(figures: LiveFigures, accuracies: readonly number[], canvas: Canvas): string[] {
  const [seconds, learned, dropped, inFlight, p99, accuracy] = wordsOf(figures);
  const head = [
    `${seconds}  ${learned}  ${dropped}  ${inFlight}`,
    `${p99}  ${accuracy}  ${sparkline(accuracies, bars)}`,
  ];
  return [...head, ...stageLines(figures.stages, { ...canvas, rows: canvas.rows - head.length })];
}

function lineOf(figures: LiveFigures): string {
  const busy = figures.stages.map((stage) => Math.round(100 * stage.busy)).join('/');
  return [...wordsOf(figures), `busy ${busy} %`].join('  ');
}

function wordsOf({ seconds, flow, latency, accuracy }: LiveFigures): string[] {
  const count = (value: number): string => value.toLocaleString('en-US');
  return [
    `${seconds.toFixed(0)} s`,
    `${count(flow.learned)} learned`,
    `${count(flow.dropped.total)} dropped`,
    `${count(flow.inFlight)} in flight`,
    `p99 ${latency.latencyMs.p99.toFixed(1)} ms`,
    `accuracy ${accuracy === undefined ? '–' : `${(100 * accuracy).toFixed(1)} %`}`,
  ];
}
