import { z } from 'zod';
import { mustBeOneOf } from '../../extend.ts';
import { simulationSettings } from '../settings/simulation-settings.ts';
import { compareSettings, trainSettings } from '../settings/train-settings.ts';
import { stressSettings } from '../stressing/stress-settings.ts';

/** A schema, or a part of one, as JSON Schema 2020-12 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the config file of a command holds. */
const settingsOf: Readonly<Record<string, z.ZodObject>> = {
  train: trainSettings,
  compare: compareSettings,
  simulate: simulationSettings,
  stress: stressSettings,
  sweep: simulationSettings,
};
/** Commands whose files have a schema. */
export const withSchema: readonly string[] = Object.keys(settingsOf);

/** @throws {Error} where a command has no config file */
export function mustHaveSchema(command: string): void {
  mustBeOneOf(command, withSchema, 'command');
}

const draft = 'https://json-schema.org/draft/2020-12/schema';

/**
 * The schema of the config file of one command, and of `sweep` that of its grid file too; without one, a file fits where it
 * fits the schema of any command, each of which stands in `$defs`.
 *
 * @param command  one of `withSchema`
 */
export function configSchema(command?: string): JsonSchema {
  if (command !== undefined) return { $schema: draft, ...schemaOf(command) };
  return {
    $schema: draft,
    title: 'Config file of forwardflow',
    description:
      'Settings of train, compare, simulate, stress or sweep: what forwardflow takes with --config.',
    anyOf: withSchema.map((one) => ({ $ref: `#/$defs/${one}` })),
    $defs: Object.fromEntries(withSchema.map((one) => [one, schemaOf(one)])),
  };
}

/** The schema of each setting of a command, by its name, with its description and its default. */
export function settingSchemas(settings: z.ZodObject): Record<string, JsonSchema> {
  const { properties } = z.toJSONSchema(settings, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return Object.fromEntries(
    Object.entries(properties as Record<string, JsonSchema>).map(([name, property]) => {
      const { inJson, description, default: _, ...said } = property;
      const stands = (settings.shape[name] as z.ZodType).safeParse(undefined).data;
      const fallback = stands === undefined ? {} : { default: stands };
      return [name, { description, ...fallback, ...((inJson as JsonSchema | undefined) ?? said) }];
    }),
  );
}

function schemaOf(command: string): JsonSchema {
  const settings = settingSchemas(settingsOf[command]);
  const properties = command === 'sweep' ? varied(settings) : settings;
  return {
    title: `Settings of forwardflow ${command}`,
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'the schema of this file, for editors' },
      ...properties,
    },
    additionalProperties: false,
  };
}

/** A grid file's settings: a list is varied, and null is the default. */
function varied(settings: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, { description, default: stands, ...one }]) => {
      const value = { anyOf: [one, { type: 'null' }] };
      const fallback = stands === undefined ? {} : { default: stands };
      const list = { type: 'array', items: value, minItems: 1, uniqueItems: true };
      return [name, { description, ...fallback, anyOf: [...value.anyOf, list] }];
    }),
  );
}
