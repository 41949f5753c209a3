/**
 * Strongly connected components, by Tarjan's algorithm without recursion.
 *
 * @param takes    which edges count
 * @param without  an edge that is left out; −1 leaves out none
 * @returns  the component of each node  [nodes]
 */
export function componentsOf(
  {
    nodes,
    from,
    to,
  }: { readonly nodes: number; readonly from: ArrayLike<number>; readonly to: ArrayLike<number> },
  takes: (edge: number) => boolean,
  without = -1,
): Int32Array {
  const begin = new Int32Array(nodes + 1);
  const counts = (edge: number): boolean => edge !== without && takes(edge);
  for (let edge = 0; edge < from.length; edge++) if (counts(edge)) begin[from[edge] + 1]++;
  for (let node = 0; node < nodes; node++) begin[node + 1] += begin[node];
  const place = begin.slice();
  const targets = new Int32Array(begin[nodes]);
  for (let edge = 0; edge < from.length; edge++) if (counts(edge)) targets[place[from[edge]]++] = to[edge];
  const index = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const component = new Int32Array(nodes).fill(-1);
  const next = begin.slice(0, nodes);
  const open: number[] = [];
  const calls: number[] = [];
  let visited = 0;
  let components = 0;
  for (let root = 0; root < nodes; root++) {
    if (index[root] >= 0) continue;
    calls.push(root);
    while (calls.length > 0) {
      const node = calls[calls.length - 1];
      if (index[node] < 0) {
        index[node] = low[node] = visited++;
        open.push(node);
      }
      if (next[node] < begin[node + 1]) {
        const target = targets[next[node]++];
        if (index[target] < 0) calls.push(target);
        else if (component[target] < 0 && index[target] < low[node]) low[node] = index[target];
        continue;
      }
      calls.pop();
      const parent = calls[calls.length - 1];
      if (parent !== undefined && low[node] < low[parent]) low[parent] = low[node];
      if (low[node] !== index[node]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component[member] = components;
        if (member === node) break;
      }
      components++;
    }
  }
  return component;
}
