import { must } from '../core/check.ts';
import type { ResolvedPipeline } from '../pipeline/resolved.ts';
import { settlingOf } from '../pipeline/settles.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Asked } from './must-drop.ts';

/**
 * Whether layers that settle can: both neighbours answer at every iteration, so nothing may be lost on the way.
 *
 * @throws {RangeError} one sentence, for what does not suit them
 */
export function mustSettle(
  { layers, edges }: Pick<ResolvedPipeline, 'layers' | 'edges'>,
  { name, next, updates }: Schedule,
  { supervised, faults }: Pick<Asked, 'supervised'> & { readonly faults: number },
): void {
  if (settlingOf(layers) === undefined) return;
  const thing = `of layers that settle, as ${layers[0].name}`;
  const suits = next !== undefined && updates === 'microbatch';
  must(
    suits,
    `schedule ${thing}`,
    'one that takes what comes and updates with each microbatch, as stream',
    name,
  );
  const lossy = edges.find(({ overflow }) => !overflow.lossless)?.overflow.name;
  must(lossy === undefined, `edges ${thing}`, 'without loss', lossy);
  must(!supervised, `supervision ${thing}`, 'left out: iterations are not made again', true);
  must(faults === 0, `faults ${thing}`, 'left out', faults);
}
