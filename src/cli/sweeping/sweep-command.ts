import { shellWord } from '../reporting/shell-word.ts';
import { simulationShape } from '../settings/simulation-settings.ts';

type Settings = Readonly<Record<string, unknown>>;

/**
 * The command line that sweeps the same points: what is varied, and of what is fixed all that is not at its default.
 *
 * @param path    of the rows
 * @param points  the settings of each point
 * @param axes    what differs from point to point
 */
export function sweepCommand(
  path: string,
  points: readonly Settings[],
  axes: readonly { readonly key: string; readonly values: readonly unknown[] }[],
): string {
  const varied = new Set(axes.map(({ key }) => key));
  const fixed = Object.entries(simulationShape).flatMap(([key, field]) => {
    const value = points[0]?.[key];
    const usual = field.safeParse(undefined).data as unknown;
    return varied.has(key) || value === undefined || value === usual ? [] : [flagOf(key, value)];
  });
  const vary = axes.map(
    ({ key, values }) => `--vary ${shellWord(`${key}=${values.map((value) => value ?? '').join('|')}`)}`,
  );
  return ['forwardflow sweep', ...fixed, ...vary, '--out', shellWord(path)].join(' ');
}

/** `--link-latency 2us`; of what is said by yes and no `--no-overlap`. */
function flagOf(key: string, value: unknown): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (typeof value === 'boolean') return value ? `--${name}` : `--no-${name}`;
  return `--${name} ${shellWord(String(value))}`;
}
