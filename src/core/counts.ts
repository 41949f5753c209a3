/** Named counts of several parts added up, name by name. */
export function sumOf(parts: readonly object[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + Number(count);
  return sum;
}
