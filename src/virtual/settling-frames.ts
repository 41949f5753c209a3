import type { OpKind } from '../core/trace.ts';
import { settlingOf } from '../pipeline/settles.ts';
import type { Onlooker } from '../simulation/onlooker.ts';
import type { Assembly } from '../work/assembly.ts';

/**
 * How the simulation times layers that settle: a microbatch is so many frames, and each frame is an F, a W and a U of every stage.
 * All edges between stages have a delay of one frame, both ways. In frame s the pass from the bottom up comes to stage s; once it
 * has come through all, every frame is an iteration of all stages. W and U are those of the last frame. What is left does nothing
 * and takes no time.
 */
export interface SettlingFrames {
  /** frames of a microbatch */
  readonly count: number;
  /** whether an op of a stage does nothing, the n-th of its kind */
  idle(stage: number, op: OpKind, n: number): boolean;
  /** What an onlooker of the pipeline sees of the simulation. */
  seenBy(onlooker: Onlooker): Onlooker;
}

/** @returns undefined where no layer settles */
export function settlingFrames({
  pipeline,
  graph,
}: Pick<Assembly, 'pipeline' | 'graph'>): SettlingFrames | undefined {
  const settling = settlingOf(pipeline.layers);
  if (settling === undefined) return undefined;
  const stages = graph.stages.length;
  const count = stages + settling.learning;
  const microbatchOf = (n: number): number => Math.floor(n / count);
  const idle: SettlingFrames['idle'] = (stage, op, n) => {
    const frame = n % count;
    return op === 'F' ? frame !== stage && frame < stages : frame !== count - 1;
  };
  return {
    count,
    idle,
    seenBy: (onlooker) => ({
      begins(op, stage, n) {
        if (!idle(stage, op, n)) onlooker.begins?.(op, stage, microbatchOf(n));
      },
      ended({ op, stage, microbatch: n, read, written, ...rest }) {
        if (idle(stage, op, n)) return;
        const versions = { read: microbatchOf(read), written: microbatchOf(written) };
        onlooker.ended?.({ ...rest, op, stage, microbatch: microbatchOf(n), ...versions });
      },
      waited: (...wait) => onlooker.waited?.(...wait),
      entered(path, n, at) {
        if (n % count === 0) onlooker.entered?.(path, microbatchOf(n), at);
      },
    }),
  };
}
