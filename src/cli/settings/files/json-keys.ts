/**
 * The first key of a JSON text that would not be read as it stands: one that comes twice in an object, of which the last
 * would count in silence, or `__proto__`, which is no setting.
 *
 * @param text  JSON that has been parsed, so that only its keys are in question
 */
export function oddKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1).trimEnd()) as string;
      const keys = open.at(-1);
      if (key === '__proto__' || keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
