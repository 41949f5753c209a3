import { columns } from '../../report.ts';
import { accuracyOf, figuresOf, type RuleFigures } from './accuracies.ts';
import type { RunRecord } from './run-record.ts';

/** characters of a run's name in a list */
const nameAtMost = 30;

/** The list of runs, one line a network. */
export function runsTable(records: readonly RunRecord[]): string {
  const rows = records.flatMap((record) => {
    const { name, folder, command, state, ageSeconds } = record;
    const known = figuresOf(record);
    const lines = known.length === 0 ? [['–', state]] : known.map((one) => [one.rule, accuracyText(one)]);
    const age = ageText(ageSeconds) + (known.length === 0 || state === 'finished' ? '' : `, ${state}`);
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
