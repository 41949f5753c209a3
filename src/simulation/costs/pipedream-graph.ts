import { must } from '../../core/check.ts';
import type { LayerProfile, Profile } from './profile.ts';

interface Node {
  readonly id: string;
  readonly line: number;
  readonly layer: LayerProfile;
  readonly after: string[];
  readonly before: string[];
}

/**
 * Reads a profile as PipeDream writes it (`graph.txt`): a line for each layer, `node1 -- name -- forward_compute_time=…,
 * backward_compute_time=…, activation_size=…, parameter_size=…` in milliseconds and bytes, some with `-- stage_id=…` behind, and a
 * line for each edge, `node1 -- node2` behind a tab. Layers are taken in the order of the edges, whatever that of the lines. A backward
 * is taken for B and W in equal parts; several activation sizes, `[1000.0; 20.0]`, are summed.
 *
 * @param file  what to call it in errors
 * @returns  the layers, and in `notes` what was read in another way than it stands
 * @throws {RangeError} with file and line, when a line is neither, a layer lacks a number, or the layers are not one chain
 */
export function readGraph(text: string, file = 'a graph'): Profile & { readonly notes: readonly string[] } {
  const nodes = new Map<string, Node>();
  const edges: { readonly from: string; readonly to: string; readonly line: number }[] = [];
  const notes: string[] = [];
  for (const [i, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const where = `line ${i + 1} of ${file}`;
    const line = raw.trimEnd();
    if (line.trim() === '') continue;
    const parts = line.trim().split(' -- ');
    if (/^\s/.test(line) && parts.length === 2) {
      edges.push({ from: parts[0], to: parts[1], line: i + 1 });
      continue;
    }
    const found = nodeIn(parts, where);
    if (found === undefined)
      throw new RangeError(`${where} must be a layer or an edge; got '${shortened(line)}'`);
    const { id, layer, sizes } = found;
    must(!nodes.has(id), `layer of ${where}`, 'named once', id);
    nodes.set(id, { id, line: i + 1, layer, after: [], before: [] });
    if (sizes > 1) notes.push(`${id} has ${sizes} activation sizes, which are summed`);
  }
  must(nodes.size > 0, `layers of ${file}`, 'one or more', 0);
  for (const { from, to, line } of edges) {
    for (const end of [from, to])
      must(nodes.has(end), `edge in line ${line} of ${file}`, 'between layers of the file', end);
    nodes.get(from)?.after.push(to);
    nodes.get(to)?.before.push(from);
  }
  return { layers: chainOf(nodes, file).map(({ layer }) => layer), notes };
}

/** `node1 -- name -- fields`, and perhaps `-- stage_id=0`; a name may have ` -- ` in it. */
function nodeIn(
  parts: readonly string[],
  where: string,
): { readonly id: string; readonly layer: LayerProfile; readonly sizes: number } | undefined {
  const staged = /^stage_id=/.test(parts.at(-1) ?? '');
  const fields = parts.at(staged ? -2 : -1) ?? '';
  const name = parts.slice(1, staged ? -2 : -1).join(' -- ');
  const [id] = parts;
  if (parts.length < (staged ? 4 : 3) || /\s/.test(id)) return undefined;
  const number = (of: string, value: string | undefined): number => {
    const read = Number(value);
    const holds = value !== undefined && value.trim() !== '' && Number.isFinite(read) && read >= 0;
    must(holds, `${of} of ${id} in ${where}`, 'a number, 0 or more', value);
    return read;
  };
  const field = (of: string): string | undefined =>
    fields.match(new RegExp(`(?:^|[ ,])${of}=(\\[[^\\]]*\\]|[^,\\s]+)`))?.[1];
  const size = field('activation_size');
  const sizes = size?.startsWith('[') ? size.slice(1, -1).split(/[;,]/) : [size];
  const backward = 1e6 * number('backward_compute_time', field('backward_compute_time'));
  const stage = staged ? number('stage_id', parts.at(-1)?.slice('stage_id='.length)) : undefined;
  if (stage !== undefined)
    must(Number.isInteger(stage), `stage_id of ${id} in ${where}`, 'a whole number', stage);
  const layer = {
    name,
    F: nanoseconds(1e6 * number('forward_compute_time', field('forward_compute_time'))),
    B: nanoseconds(backward / 2),
    W: nanoseconds(backward / 2),
    U: 0,
    activationBytes: sizes.reduce((sum, one) => sum + number('activation_size', one), 0),
    parameterBytes: number('parameter_size', field('parameter_size')),
    ...(stage !== undefined && { stage }),
  };
  return { id, layer, sizes: sizes.length };
}

/** The layers along the edges. @throws {RangeError} unless they are one chain, with the layer where they part */
function chainOf(nodes: ReadonlyMap<string, Node>, file: string): Node[] {
  for (const { id, line, after, before } of nodes.values()) {
    const reason = 'for stages are consecutive layers: merge the layers of a branch into one line';
    if (after.length > 1)
      throw new RangeError(
        `layers of ${file} must be one chain, ${reason}; got ${id} of line ${line} that leads to ${after.join(' and ')}`,
      );
    if (before.length > 1)
      throw new RangeError(
        `layers of ${file} must be one chain, ${reason}; got ${id} of line ${line} that comes from ${before.join(' and ')}`,
      );
  }
  const firsts = [...nodes.values()].filter(({ before }) => before.length === 0);
  const [first, second] = firsts;
  if (first === undefined)
    throw new RangeError(`edges of ${file} must lead from a first layer to a last; got a cycle`);
  if (second !== undefined)
    throw new RangeError(
      `layers of ${file} must be one chain; got two that nothing leads to: ${first.id} of line ${first.line} and ${second.id} of line ${second.line}`,
    );
  const chain: Node[] = [];
  for (let node: Node | undefined = first; node; node = nodes.get(node.after[0] ?? '')) chain.push(node);
  if (chain.length < nodes.size)
    throw new RangeError(`edges of ${file} must lead from a first layer to a last; got a cycle beside them`);
  return chain;
}

/** Whole where that changes next to nothing. */
function nanoseconds(time: number): number {
  return time < 2 ** 16 ? time : Math.round(time);
}

function shortened(line: string): string {
  return line.length <= 100 ? line : `${line.slice(0, 100)}…`;
}
