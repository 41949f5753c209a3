import { type ImageNegativesPlan, make, random } from '../../src/extend.ts';
import { firstOf, mnist } from '../../src/index.ts';
import type { ImageRow, ImageSheet } from '../../src/report.ts';

export type Sheet = Omit<ImageSheet, 'title'>;

/** One image of each row. */
export function firstOfEach({ rows, ...size }: Sheet): Sheet {
  return { ...size, rows: rows.map(({ name, images }) => ({ name, images: images.slice(0, 1) })) };
}

/** The first images of MNIST, and below them what each sampler makes of them, drawn for a microbatch of 100. */
export async function sheetOf(
  plans: Readonly<Record<string, ImageNegativesPlan>>,
  across: number,
): Promise<Sheet> {
  const [rows, width] = [100, 784];
  const { images, labels } = firstOf(await mnist('train'), rows);
  const bytes = images as Uint8Array;
  const row = (name: string, of: Uint8Array): ImageRow => ({
    name,
    images: Array.from({ length: across }, (_, r) =>
      Float32Array.from(of.subarray(r * width, (r + 1) * width), (byte) => byte / 255),
    ),
  });
  const all = [row('the samples', bytes)];
  for (const [name, plan] of Object.entries(plans)) {
    const into = new Uint8Array(rows * width);
    const batch = { images: bytes, labels: Uint16Array.from(labels), rows, width };
    (await make(plan)).drawImages(batch, random(1).fork('sheet'), into);
    all.push(row(name, into));
  }
  return { width: 28, height: 28, rows: all };
}
