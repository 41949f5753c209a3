import { duration } from '../../../report/table-cells.ts';
import { bottleneckText } from '../../../report.ts';
import type { Bottleneck } from '../../../simulation.ts';
import type { Lane } from './lane.ts';

/** What is told of a lane, a line each: what it is, and its value. */
export function figuresOf({ document, theory }: Lane): readonly (readonly [string, string])[] {
  const { makespan, makespanOf, bubble, stages, throughput, bottleneck, replications } = document;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const held = stages.map(({ peakActivations }) => Number(peakActivations.toFixed(2)));
  const versions = Math.max(...stages.map(({ weightVersions }) => weightVersions));
  return [
    [
      'makespan',
      `${duration(makespan)}${makespanOf ? `, of the ${makespanOf}` : ''}${replications > 1 ? ` (mean of ${replications} runs)` : ''}`,
    ],
    ['closed form', theoryText(theory, makespan)],
    ['bubble', `${percent(bubble.ofTotal)} of all devices' time`],
    ['throughput', `${Math.round(throughput).toLocaleString('en-US')} microbatches/s`],
    [
      'memory',
      `${listed(held)} microbatches held at the worst, by device${versions > 1 ? `; ${versions} weight versions` : ''}`,
    ],
    ['bottleneck', bottleneck === null ? 'no steady state is known' : bottleneckText(document as Bottleneck)],
  ];
}

function theoryText(theory: Lane['theory'], makespan: number): string {
  if ('none' in theory) return `none here: ${theory.none}`;
  const { formula, seconds } = theory;
  const off = Math.abs(seconds - makespan) / makespan;
  const says =
    off < 1e-6 ? 'as simulated' : `simulated ${((100 * (makespan - seconds)) / seconds).toFixed(1)} % longer`;
  return `${duration(seconds)}, ${says}: ${formula}`;
}

/** `4, 3, 2, 1`, or the ends of a long list */
function listed(values: readonly number[]): string {
  const all = new Set(values);
  if (all.size === 1) return `${values[0]}`;
  return values.length <= 12
    ? values.join(', ')
    : `${values.slice(0, 5).join(', ')}, …, ${values.slice(-3).join(', ')}`;
}
