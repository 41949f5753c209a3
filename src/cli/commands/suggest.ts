import { Command } from 'commander';
import { costsText, limitText, suggestionsTable, wrapped } from '../../report.ts';
import { suggest as ranked, resolvedCosts, type Suggestion } from '../../simulation.ts';
import { someOf } from '../settings/fields.ts';
import { addFlags, parse, readSettings } from '../settings/read-settings.ts';
import { simulationSettings } from '../settings/simulation-settings.ts';
import { offer } from '../setup/offered.ts';
import { candidatesOf, type Refused, ruleNames } from '../simulating/candidates.ts';

/** The document of `suggest`: the best first. */
export interface SuggestDocument {
  readonly rows: readonly Suggestion[];
  /** schedules that can't be made of these settings */
  readonly refused: readonly Refused[];
  readonly notes: readonly string[];
}

/** `forwardflow suggest`: which schedule, on this cluster, at these costs, in this memory. */
export function suggest(): Command {
  const command = new Command('suggest').description(
    'simulate every schedule with the same costs, cluster and memory, and print them best first, each with what limits it',
  );
  offer(command, '--rules', () => ruleNames);
  return addFlags(command, simulationSettings.omit({ schedule: true, flushes: true }))
    .option('--rules <rules>', `schedules of some of ${ruleNames.join(', ')}`, 'backprop')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json, rules, ...flags }) => {
      const settings = await readSettings(simulationSettings, flags);
      const wanted = parse(someOf('rules', ruleNames), rules, 'settings');
      const notes = new Set<string>();
      const { candidates, refused } = await candidatesOf(settings, wanted, (text) => notes.add(text));
      const [first] = candidates;
      if (first === undefined) throw new Error(refused[0]?.reason ?? 'rules must have a schedule; got none');
      const { replications } = settings;
      const rows = ranked(candidates, replications === undefined ? {} : { replications });
      const document: SuggestDocument = { rows, refused, notes: [...notes] };
      if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
      else {
        const { scenario } = candidates.find(({ schedule }) => schedule === rows[0].schedule) ?? first;
        const costs = costsText(resolvedCosts(scenario), scenario, document.notes);
        process.stdout.write(`${costs}\n${suggestionsTable(rows)}\n${reasons(document)}`);
      }
    });
}

/** Broken at words into 80 columns, every line but the first set in by three. */
function hanging(line: string): string {
  const inset = line.startsWith('   ') ? '   ' : '';
  return `${inset}${wrapped(line.trimStart(), 77).replaceAll('\n', '\n   ')}`;
}

/** Why each row is where it is. */
function reasons({ rows, refused }: SuggestDocument): string {
  const lines = rows.flatMap(({ schedule, bottleneck, reason, shares }, i) => {
    const spent = Object.entries(shares)
      .filter(([, share]) => share >= 0.0005)
      .map(([what, share]) => `${what} ${(100 * share).toFixed(1)} %`);
    return [
      `${i + 1}. ${schedule}: ${spent.join(', ')}`,
      ...(bottleneck ? [`   bottleneck: ${limitText(bottleneck)}`] : []),
      ...(reason === null ? [] : [`   ${reason}`]),
    ];
  });
  const left = refused.map(({ schedule, reason }) => `left out: ${schedule}, for ${reason}`);
  return [...lines, ...left].map((line) => `${hanging(line)}\n`).join('');
}
