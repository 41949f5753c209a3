import { Command } from 'commander';
import {
  checkMember,
  type Family,
  familiesOf,
  familyNames,
  type Plan,
  type RuleResult,
} from '../../extend.ts';
import { factoryIn, type MemberFactory, planFrom } from '../members/member-file.ts';
import { memberSpec } from '../members/member-spec.ts';
import { print, printJson } from '../outlet.ts';
import { oneOf } from '../settings/fields.ts';
import { parse } from '../settings/read-settings.ts';
import { offer } from '../setup/offered.ts';
import { endOnSignals } from '../signals.ts';

const families = Object.keys(familyNames) as [Family, ...Family[]];

/** The document of `check`. */
interface CheckDocument {
  readonly file: string;
  readonly family: Family;
  readonly name: string;
  readonly rules: readonly (RuleResult & { readonly holds: boolean })[];
  readonly broken: number;
}

/** `forwardflow check`: whether a member of one's own keeps the rules of its family. */
export function check(): Command {
  const command = new Command('check')
    .description('run the rules of its family on a member of your own: a layer, sampler, schedule, tile, …')
    .argument('<file>', 'its module, with options as ./mine.ts:units=300')
    .option('--family <name>', `${families.join(', ')} (default: as what it makes looks like)`)
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async (file: string, { family: asked, json }: { family?: string; json?: boolean }) => {
      endOnSignals();
      const document = await checked(file, asked);
      json ? printJson(document) : print(textOf(document));
      if (document.broken > 0) process.exitCode = 1;
    });
  offer(command, '--family', () => families);
  return command;
}

async function checked(file: string, asked: string | undefined): Promise<CheckDocument> {
  const thing = `member ${file}`;
  const { path, options } = memberSpec('member', file);
  const wanted = parse(oneOf('family', families).optional(), asked, 'settings');
  const factory = await factoryIn(path, thing);
  const { family, plan } = await looksLike(factory, options, thing, wanted);
  const results = await checkMember(family, plan);
  const rules = results.map((result) => ({ ...result, holds: result.broken === undefined }));
  return { file, family, name: plan.name, rules, broken: rules.filter(({ holds }) => !holds).length };
}

/** @throws {Error} where it is of no family, or could be of several */
async function looksLike(
  factory: MemberFactory,
  options: object,
  thing: string,
  wanted: Family | undefined,
): Promise<{ family: Family; plan: Plan<unknown> }> {
  const layer = () => planFrom(factory, { units: 6, classes: 4, ...options }, thing);
  if (wanted !== undefined)
    return { family: wanted, plan: wanted === 'layer' ? layer() : planFrom(factory, options, thing) };
  const found = await familiesOf(layer());
  if (found.length !== 1)
    throw new Error(
      `${thing} must be of one family, or --family given: ${families.join(', ')}; got ${found.join(' or ') || 'one of none'}`,
    );
  const [family] = found;
  return { family, plan: family === 'layer' ? layer() : planFrom(factory, options, thing) };
}

function textOf({ family, name, rules, broken }: CheckDocument): string {
  const what = `${familyNames[family]}, '${name}'`;
  if (broken === 0) return `${what}: ${rules.length} rules hold\n`;
  const lines = rules
    .filter(({ holds }) => !holds)
    .map((rule) => `  ${rule.name}: it ${rule.says}\n    ${rule.broken}\n`);
  return `${what}: ${broken} of ${rules.length} rules broken\n${lines.join('')}`;
}
