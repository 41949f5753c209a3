import { must, mustBeWhole } from '../core/check.ts';
import { learnsBackward, type ResolvedPipeline } from '../pipeline/resolve.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** What a run asks for that edges which lose something could not give. */
export interface Asked {
  readonly stages: number;
  /** whether checkpoints are taken, or the run goes on from one */
  readonly checkpoints: boolean;
  readonly supervised: boolean;
}

/**
 * Whether a stage may miss microbatches at the edges that a pipeline names: nothing that it needs later may be lost with one.
 *
 * @throws {RangeError} one sentence, for an entry that is out of range or does not suit the pipeline, its schedule or the run
 */
export function mustDrop(
  pipeline: ResolvedPipeline,
  { name, next, updates }: Schedule,
  { stages, checkpoints, supervised }: Asked,
): void {
  const { edges, line, layers } = pipeline;
  const named = new Set<number | undefined>();
  for (const { into, overflow, room = 1 } of edges) {
    must(!named.has(into), 'entries of edges', 'one for each edge', `two for ${into ?? 'all others'}`);
    named.add(into);
    mustBeWhole(room, 'room of an edge', 1, 'microbatches');
    const { plan, name: called } = overflow;
    must(plan !== undefined, 'overflow of an edge', 'one with a plan, which its threads can follow', called);
    if (into === undefined) continue;
    mustBeWhole(into, 'stage that an edge leads into', 1);
    must(into < stages, 'stage that an edge leads into', `below ${stages}, as there are stages from 0`, into);
  }
  const lossy = edges.find(({ overflow }) => !overflow.lossless);
  if (lossy === undefined) return;
  const thing = `overflow '${lossy.overflow.name}' of an edge`;
  must(line !== undefined, thing, 'in a pipeline with an open line', 'a closed loop, which waits for room');
  must(!learnsBackward(pipeline), thing, 'over layers that learn locally', layers[0].name);
  const hearing = layers.find(({ topDown }) => topDown)?.name;
  must(hearing === undefined, thing, 'over layers that hear nothing from above', hearing);
  const suits = next !== undefined && updates === 'microbatch';
  must(suits, thing, 'with a schedule that takes what comes and updates with each, as stream', name);
  must(
    !checkpoints,
    thing,
    'in a run without checkpoints: stages have learned from different microbatches',
    'some',
  );
  must(!supervised, 'supervision', `left out with ${thing}: what was lost could not be made again`, true);
}
