import type { Figures } from '../running/figures.ts';
import { sparkline } from './marks.ts';
import { type Canvas, type Screen, terminal } from './screen.ts';
import { stageLines } from './stage-lines.ts';

/** Shows the progress of a run. */
export interface Display {
  /** @param total  samples that the run learns from, over all epochs */
  show(name: string, seen: Figures, total: number, epochs: number): void;
  /** takes it away */
  clear(): void;
}

/** characters of a plain line: where there is no room for the stages, it goes without them */
const widest = 80;
/** bars of the accuracy, at most, and accuracies that are kept for them */
const [bars, most] = [24, 4096];

interface Shown {
  readonly name: string;
  readonly seen: Figures;
  readonly total: number;
  readonly epochs: number;
}

/** The progress of one network, drawn in place on a terminal, as a plain line every few seconds elsewhere. */
export function trainProgress(screen: Screen = terminal()): Display {
  const panel = screen.panel();
  const accuracies: number[] = [];
  return {
    show(name, seen, total, epochs) {
      const { accuracy } = seen.running;
      if (accuracy !== undefined && accuracy !== accuracies.at(-1) && accuracies.length < most)
        accuracies.push(accuracy);
      const shown = { name, seen, total, epochs };
      panel.show({ lines: (canvas) => linesOf(shown, accuracies, canvas), line: () => lineOf(shown) });
    },
    clear: () => panel.clear(),
  };
}

function linesOf(shown: Shown, accuracies: readonly number[], canvas: Canvas): string[] {
  const { running, utilisation } = shown.seen;
  const { where, left, speed } = wordsOf(shown);
  const head = [
    `${shown.name}  ${where}  ${share(shown)}  ETA ${left}`,
    `${speed}  running accuracy ${percent(running.accuracy)}  ${sparkline(accuracies, bars)}`,
  ];
  return [...head, ...stageLines(utilisation.stages, { ...canvas, rows: canvas.rows - head.length })];
}

function lineOf(shown: Shown): string {
  const { utilisation, running } = shown.seen;
  const { where, left, speed } = wordsOf(shown);
  const stages = utilisation.stages
    .map((s, i) => `${i}: ${[s.busy, s.starved, s.blocked].map((part) => Math.round(100 * part)).join('/')}`)
    .join('  ');
  // what matters most comes first: a narrow terminal cuts the end off
  const parts = [
    `${shown.name} ${where}`,
    `ETA ${left}`,
    speed,
    `running accuracy ${percent(running.accuracy)}`,
    `${stages}  busy/starved/blocked %`,
  ];
  const line = parts.join('  ');
  return line.length <= widest ? line : parts.slice(0, -1).join('  ');
}

function wordsOf({ seen: { progress, throughput }, total, epochs }: Shown) {
  const { samplesPerSecond, samples } = throughput;
  const left = samplesPerSecond > 0 ? Math.ceil((total - samples) / samplesPerSecond) : undefined;
  return {
    where: progress.testing ? 'test set' : `epoch ${progress.epoch}/${epochs}`,
    left: left === undefined || progress.testing ? '–' : `${left} s`,
    speed: `${Math.round(samplesPerSecond).toLocaleString('en-US')} samples/s`,
  };
}

/** How much of the run is done. */
function share({ seen: { throughput }, total }: Shown): string {
  return `${Math.floor((100 * throughput.samples) / Math.max(1, total))} %`;
}

function percent(accuracy: number | undefined): string {
  return accuracy === undefined ? '–' : `${(100 * accuracy).toFixed(1)} %`;
}
