import { wrapped } from '../../report.ts';
import { groupHeadings, groupOf } from '../help.ts';
import { configSchema, type JsonSchema } from './config-schema.ts';

/** characters of a line of a comment */
const width = 96;
/** settings that stand without a comment sign, for a beginner to change */
const usual: readonly string[] = [
  'rule',
  'rules',
  'data',
  'layers',
  'epochs',
  'schedule',
  'stages',
  'microbatches',
  'cost',
  'seed',
];

/**
 * A config file to begin with: every setting of a command with what it means, the usual ones as they stand, all others behind
 * a comment sign.
 *
 * @param command     one of `withSchema`
 * @param schemaPath  of the file's schema, as the file names it
 */
export function startingConfig(command: string, schemaPath: string): string {
  const { $schema: _, ...settings } = configSchema(command).properties as Record<string, JsonSchema>;
  const names = Object.keys(settings);
  const groups = groupHeadings.flatMap((heading) => {
    const members = names.filter((name) => groupOf(flagName(name)) === heading);
    if (members.length === 0) return [];
    return [
      `\n  // ${heading.replace(/:$/, '').toUpperCase()}`,
      ...members.map((name) => entry(name, settings[name])),
    ];
  });
  return [
    `// Settings of forwardflow ${command}: forwardflow ${command} --config FILE. Flags override them.`,
    '// What stands behind // is the default, or left out.',
    '{',
    `  "$schema": ${JSON.stringify(schemaPath)},`,
    ...groups,
    '}\n',
  ].join('\n');
}

function entry(name: string, schema: JsonSchema): string {
  const says = wrapped(String(schema.description), width).split('\n');
  const stands = schema.default;
  const value = stands === undefined ? `<${kindOf(schema)}>` : JSON.stringify(stands);
  const sign = usual.includes(name) && stands !== undefined ? '' : '// ';
  return ['', ...says.map((line) => `  // ${line}`), `  ${sign}"${name}": ${value},`].join('\n');
}

/** What may stand in the place of a value, in a word or in names. */
function kindOf(schema: JsonSchema): string {
  const parts = (schema.anyOf as readonly JsonSchema[] | undefined) ?? [schema];
  const kinds = parts.map(
    (part) => (part.enum as readonly string[] | undefined)?.join(' | ') ?? String(part.type),
  );
  const text = [...new Set(kinds)].join(' | ');
  return text.length <= width ? text : `${text.slice(0, text.lastIndexOf(' | ', width))} | …`;
}

/** `learning-rate` of learningRate */
export function flagName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
