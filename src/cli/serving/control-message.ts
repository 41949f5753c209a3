import { z } from 'zod';

/** What the page asks of a running command; null puts a control back to what was planned. */
export const controlMessage = z.strictObject({
  paused: z.boolean().optional(),
  /** microbatches on an edge */
  capacity: z.int().min(1).max(1_000_000).nullable().optional(),
  /** samples a second */
  perSecond: z.number().positive().max(1e12).nullable().optional(),
  /** standard deviation, as a share of the range of a pixel */
  noise: z.number().min(0).max(10).optional(),
});

export type ControlMessage = z.infer<typeof controlMessage>;
