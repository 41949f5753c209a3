/**
 * Numbers the periods of each node anew, so that no edge has fewer than 0 tokens. The tokens of a cycle stay. Where a cycle has
 * fewer than 0, nothing on it can go on; its tokens are then taken for 0.
 */
export function withoutDebts(
  nodes: number,
  {
    from,
    to,
    tokens,
  }: { readonly from: readonly number[]; readonly to: readonly number[]; readonly tokens: number[] },
): void {
  if (!tokens.some((count) => count < 0)) return;
  const shift = new Int32Array(nodes);
  let moved = true;
  for (let round = 0; moved && round <= nodes; round++) {
    moved = false;
    for (let edge = from.length - 1; edge >= 0; edge--) {
      const most = tokens[edge] + shift[to[edge]];
      if (shift[from[edge]] <= most) continue;
      shift[from[edge]] = most;
      moved = true;
    }
  }
  for (let edge = 0; edge < from.length; edge++) {
    const left = tokens[edge] + shift[to[edge]] - shift[from[edge]];
    tokens[edge] = moved ? Math.max(0, tokens[edge]) : left;
  }
}
