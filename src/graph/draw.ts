import { type Edge, type Graph, nameOfEdge, type Stage } from './graph.ts';

/** What is known of a stage beside its number: a line for each. */
export type StageNames = (stage: Stage) => string;

const plainName: StageNames = ({ id, device, layers }) =>
  `stage ${id}  device ${device}${layers.length > 0 ? `  layers ${rangeOf(layers)}` : ''}`;

/**
 * A drawing for people: the stages from the top down, the edges between neighbours beside their arrows, all others below.
 *
 * @param name  what stands for a stage; left out, its number, device and layers
 */
export function graphText({ stages, edges }: Graph, name: StageNames = plainName): string {
  const drawn = new Set<Edge>();
  const lines: string[] = [];
  const arrows = (from: Edge['from'], to: Edge['to']): void => {
    const up = edges.filter((edge) => edge.from === from && edge.to === to);
    const down = edges.filter((edge) => edge.from === to && edge.to === from);
    if (up.length + down.length === 0) return void lines.push('');
    for (const edge of [...up, ...down]) {
      drawn.add(edge);
      lines.push(`  ${up.includes(edge) ? '↓' : '↑'} ${edge.carries}${boundsOf(edge)}`);
    }
  };
  let before: Edge['from'] = 'source';
  for (const stage of stages) {
    const fed = edges.find((edge) => edge.to === stage.id && edge.carries === 'activity');
    if (fed?.from === 'source') lines.push('source');
    arrows(fed?.from ?? before, stage.id);
    lines.push(name(stage));
    before = stage.id;
    if (!edges.some((edge) => edge.from === stage.id && edge.to === 'sink')) continue;
    arrows(stage.id, 'sink');
    lines.push('sink');
  }
  for (const edge of edges) if (!drawn.has(edge)) lines.push(`${nameOfEdge(edge)}${boundsOf(edge)}`);
  return lines.join('\n');
}

/** The same as a flow chart for Mermaid. */
export function graphMermaid({ stages, edges }: Graph, name: StageNames = plainName): string {
  const id = (end: Edge['from']): string => (typeof end === 'number' ? `s${end}` : end);
  const lines = stages.map((stage) => `  s${stage.id}["${name(stage)}"]`);
  const dotted = (edge: Edge): boolean => edge.carries !== 'activity';
  for (const edge of edges) {
    const arrow = dotted(edge) ? '-.->' : '-->';
    lines.push(`  ${id(edge.from)} ${arrow}|"${edge.carries}${boundsOf(edge)}"| ${id(edge.to)}`);
  }
  return ['flowchart LR', ...lines].join('\n');
}

function boundsOf({ capacity, delay }: Edge): string {
  const room = Number.isFinite(capacity) ? `, capacity ${capacity}` : '';
  return `${room}${delay > 0 ? `, delay ${delay}` : ''}`;
}

/** `0`, `0–2`, or each number where they are not consecutive */
function rangeOf(layers: readonly number[]): string {
  const [first] = layers;
  const last = layers[layers.length - 1];
  const consecutive = layers.every((layer, i) => layer === first + i);
  if (!consecutive) return layers.join(', ');
  return first === last ? `${first}` : `${first}–${last}`;
}
