import { z } from 'zod';

const counts = z.array(z.int().min(0)).max(1001);
const epochs = z.object({
  ...{ from: z.int().min(0), to: z.int().min(0), microbatches: z.int().min(0) },
  ...{ positive: counts, negative: counts },
});

/** Rows by their goodness, layer by layer, as a file holds them: the file is not trusted. */
export const histogramLayers = z
  .array(z.object({ layer: z.int().min(0).max(10_000), epochs: z.array(epochs).min(1).max(1000) }))
  .max(10_000);
