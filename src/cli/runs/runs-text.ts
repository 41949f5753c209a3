import { columns } from '../../report.ts';
import { accuracyOf, figuresOf, type RuleFigures } from './accuracies.ts';
import { type Begun, byBegin, type RunState } from './record-parts.ts';
import type { RunRecord } from './run-record.ts';
import { figuresOfStream, type StreamRecord } from './stream-record.ts';

/** characters of a run's name in a list */
const nameAtMost = 30;

/** A run of `train` or `compare`, or a stream, as the list has it. */
interface Listed extends Begun {
  readonly name: string | null;
  readonly command: string;
  readonly state: RunState;
  readonly ageSeconds: number;
  /** rule and accuracy of each network */
  readonly networks: readonly (readonly [rule: string, accuracy: string])[];
}

/** The list of runs and streams, the newest first, one line a network. */
export function runsTable(records: readonly RunRecord[], streams: readonly StreamRecord[]): string {
  const listed: Listed[] = [
    ...records.map((record) => ({
      ...record,
      networks: figuresOf(record).map((one) => [one.rule, accuracyText(one)] as const),
    })),
    ...streams.map((stream) => ({
      ...{ ...stream, command: 'stress' },
      networks: figuresOfStream(stream).map(
        ({ rule, accuracy }) => [rule, accuracy === null ? '–' : `${(100 * accuracy).toFixed(2)} %`] as const,
      ),
    })),
  ];
  const rows = listed.sort(byBegin).flatMap(({ name, folder, command, state, ageSeconds, networks }) => {
    const lines = networks.length === 0 ? [['–', state]] : networks;
    const age = ageText(ageSeconds) + (networks.length === 0 || state === 'finished' ? '' : `, ${state}`);
    return lines.map((cells, i) =>
      i === 0 ? [shortened(name ?? folder), command, ...cells, age] : ['', '', ...cells, ''],
    );
  });
  return columns(['run', 'command', 'rule', 'accuracy', 'age'], rows);
}

/** `98.35 %`, or `98.35 ± 0.12 %` of several seeds */
export function accuracyText(figures: RuleFigures): string {
  const accuracy = accuracyOf(figures);
  if (accuracy === null) return '–';
  const { mean, ci95 } = accuracy;
  const half = ci95 === null ? '' : ` ± ${(100 * (ci95[1] - mean)).toFixed(2)}`;
  return `${(100 * mean).toFixed(2)}${half} %`;
}

/** In the largest unit of which there is one or more. */
export function ageText(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ] as const;
  const [length, unit] = units.find(([each]) => seconds >= each) ?? [1, 's'];
  return `${Math.floor(seconds / length)} ${unit}`;
}

function shortened(name: string): string {
  return name.length <= nameAtMost ? name : `${name.slice(0, nameAtMost - 1)}…`;
}
