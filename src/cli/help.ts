import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { wrapped } from '../report.ts';

/** characters of a line of help */
const width = 80;

/** The groups of flags, and those of each that stand in the short help. A flag of no group is of the last. */
const groups: readonly (readonly [heading: string, often: readonly string[], rest: readonly string[]])[] = [
  [
    'What is run:',
    ['rule', 'rules', 'data', 'label', 'layers', 'epochs', 'schedule', 'recipe', 'seeds', 'name'],
    [
      'limit',
      'scale',
      'test-split',
      'label-place',
      'init',
      'microbatch',
      'shift',
      'input-dropout',
      'flush',
      'seed',
      'running',
      'held-out',
      'evaluate-every',
      'prequential',
    ],
  ],
  [
    'How it learns:',
    ['learning-rate', 'optimiser', 'loss', 'negatives', 'select'],
    [
      ...['goodness', 'alpha', 'theta', 'lag', 'label-strength', 'peer', 'readout', 'dropout', 'normalise'],
      ...['no-normalise', 'label-smoothing', 'blocks', 'momentum', 'constant-for', 'decay', 'weight-decay'],
      ...['mono-forward-learning-rate', 'backprop-learning-rate', 'block-local-learning-rate'],
    ],
  ],
  [
    'Where it runs:',
    ['workers', 'runtime', 'tile'],
    [
      'no-report',
      'products',
      'side-by-side',
      'metrics-port',
      'capacity',
      'link-latency',
      'jitter',
      'macs-per-second',
      'checkpoint-every',
    ],
  ],
  [
    'The analog tile:',
    ['cell', 'update', 'io', 'seconds', 'with'],
    [
      ...[
        'unknown',
        'backward-io',
        'backward-read',
        'tile-rows',
        'tile-columns',
        'summation',
        'weight-scale',
      ],
      ...['drift-compensation', 'break-share', 'break-after', 'microbatch-time', 'rest-seconds', 'energy'],
      ...['endurance', 'programming-noise', 'read-back-noise'],
      ...['points', 'nodes', 'chip-seed'],
    ],
  ],
  [
    'The stream:',
    ['source', 'rate', 'duration', 'classes', 'full', 'faults', 'gate', 'find-capacity'],
    [
      ...['arrivals', 'count', 'room', 'full-edge', 'room-edge', 'label-delay', 'unusable', 'scaling'],
      ...['detectors', 'supervise'],
      ...['restarts', 'warmup', 'timing', 'repetitions'],
    ],
  ],
  [
    'The simulated pipeline:',
    ['stages', 'microbatches', 'cost', 'profile', 'cluster', 'memory'],
    [
      ...[
        'flushes',
        'map',
        'tensor',
        'tensor-reduces',
        'data-parallel',
        'held',
        'weights',
        'optimiser-state',
        'cost-of',
        'embedding-cost',
        'loss-cost',
        'kept',
        'window',
        'chunks',
        'wraps',
        'link-jitter',
        'bandwidth',
        'duplex',
        'overlap',
        'no-overlap',
      ],
      ...['activation', 'blocking', 'arrivals', 'slow', 'pauses', 'failures', 'busy-watts', 'idle-watts'],
      ...['replications'],
    ],
  ],
];
const last = 'Input and output:';

const nameOf = ({ long }: Option): string => (long ?? '').replace(/^--/, '');
const isRare = (option: Option): boolean => groups.some(([, , rest]) => rest.includes(nameOf(option)));

/** The headings of the groups, in their order. */
export const groupHeadings: readonly string[] = [...groups.map(([heading]) => heading), last];

/** The heading of a flag's group. @param name  of the flag, without the dashes */
export function groupOf(name: string): string {
  return groups.find(([, often, rest]) => often.includes(name) || rest.includes(name))?.[0] ?? last;
}

/**
 * Has a command's help stand in groups and 80 columns, and show what is often needed.
 *
 * @param full  every flag
 */
export function groupHelp(command: Command, full: boolean): void {
  command.configureHelp({ helpWidth: width, sortOptions: false });
  for (const option of command.options) option.helpGroup(groupOf(nameOf(option)));
  command.helpOption('-h, --help [all]', 'display this, or with all every flag');
  const rare = command.options.filter((option) => !option.hidden && isRare(option));
  if (rare.length === 0) return;
  if (!full) for (const option of rare) option.hideHelp();
  const more = `${rare.length} more flags: forwardflow ${command.name()} --help all.`;
  const words = 'What the words mean: forwardflow help terms.';
  command.addHelpText('after', `\n${full ? words : wrapped(`${more} ${words}`, width)}`);
}

/** Whether every flag is asked for: `--help all`; and the rest of the command line. */
export function helpAsked(args: readonly string[]): { full: boolean; rest: string[] } {
  const at = args.findIndex((one, i) => (one === '--help' || one === '-h') && args[i + 1] === 'all');
  return at < 0 ? { full: false, rest: [...args] } : { full: true, rest: args.toSpliced(at + 1, 1) };
}

/** The glossary as text of 80 columns. */
export function terms(): string {
  const text = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8');
  const paragraphs = text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|`|(?<!\w)\*|\*(?!\w)/g, '')
    .split(/\n\n+/)
    .map((part) => part.replace(/\n/g, ' ').trim())
    .map((part) => (part.startsWith('#') ? part.replace(/^#+ */, '').toUpperCase() : part));
  return `${paragraphs.map((part) => wrapped(part, width)).join('\n\n')}\n`;
}
