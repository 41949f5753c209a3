import type { z } from 'zod';

/**
 * Checks what a file holds.
 *
 * @throws {Error} one sentence: the file, the field, and its rule
 */
export function mustFit(schema: z.ZodType, value: unknown, file: string): void {
  const found = schema.safeParse(value);
  if (found.success) return;
  const [{ path, message }] = found.error.issues;
  const rule = message.replace(/^Invalid input: /, '');
  throw new Error(
    `${path.join('.') || 'value'} in ${file} must be as a run writes it; got what is not: ${rule}`,
  );
}
