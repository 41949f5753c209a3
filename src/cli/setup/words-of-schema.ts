import { z } from 'zod';
import { type JsonSchema, settingSchemas } from './config-schema.ts';

/** The names that a setting takes, as its schema lists them; none where it takes a number or any text. */
export function wordsOfSetting(settings: z.ZodObject, name: string): string[] {
  return namesIn(settingSchemas(z.object({ [name]: settings.shape[name] as z.ZodType }))[name]);
}

function namesIn(schema: JsonSchema): string[] {
  const { enum: names = [], anyOf = [], items } = schema;
  const parts = [...(anyOf as JsonSchema[]), ...(items === undefined ? [] : [items as JsonSchema])];
  return [...(names as unknown[]).map(String), ...parts.flatMap(namesIn)];
}
