import { wallNanoseconds } from '../../extend.ts';
import type { Figures } from './figures.ts';

/** Shows the progress of a run: a status line on a terminal, a plain line every few seconds elsewhere. */
export interface Display {
  /** @param total  samples that the run learns from, over all epochs */
  show(name: string, seen: Figures, total: number, epochs: number): void;
  /** removes the status line */
  clear(): void;
}

/** characters of a plain line: where there is no room for the stages, it goes without them */
const widest = 80;

/** @param seconds  least time between two plain lines */
export function display(stream: NodeJS.WriteStream = process.stderr, seconds = 5): Display {
  let last = wallNanoseconds();
  return {
    show(name, seen, total, epochs) {
      const line = lineOf(name, seen, total, epochs, stream.isTTY ? Number.POSITIVE_INFINITY : widest);
      if (stream.isTTY) {
        stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`);
      } else if (wallNanoseconds() - last >= seconds * 1e9) {
        last = wallNanoseconds();
        stream.write(`${line}\n`);
      }
    },
    clear() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}

function lineOf(
  name: string,
  { progress, throughput, utilisation, running }: Figures,
  total: number,
  epochs: number,
  width: number,
): string {
  const { samplesPerSecond } = throughput;
  const left = samplesPerSecond > 0 ? Math.ceil((total - throughput.samples) / samplesPerSecond) : undefined;
  const stages = utilisation.stages
    .map((s, i) => `${i}: ${[s.busy, s.starved, s.blocked].map((part) => Math.round(100 * part)).join('/')}`)
    .join('  ');
  // what matters most comes first: a narrow terminal cuts the end off
  const parts = [
    `${name} ${progress.testing ? 'test set' : `epoch ${progress.epoch}/${epochs}`}`,
    `ETA ${left === undefined || progress.testing ? '–' : `${left} s`}`,
    `${Math.round(samplesPerSecond).toLocaleString('en-US')} samples/s`,
    `running accuracy ${running.accuracy === undefined ? '–' : `${(100 * running.accuracy).toFixed(1)} %`}`,
    `${stages}  busy/starved/blocked %`,
  ];
  const line = parts.join('  ');
  return line.length <= width ? line : parts.slice(0, -1).join('  ');
}
