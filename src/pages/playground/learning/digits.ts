import { unzlibSync, zlibSync } from 'fflate';
import { type Dataset, dataset, firstOf } from '../../../index.ts';

/** What the page's network learns from, and what it is tested on. */
export interface Digits {
  readonly train: Dataset;
  readonly test: Dataset;
}

export const trainCount = 5000;
export const testCount = 1000;
const width = 784;

/** The first digits of MNIST as text: labels, then pixels, compressed, in base 64. */
export function packed({ train, test }: Digits): string {
  const parts = [firstOf(train, trainCount), firstOf(test, testCount)];
  const bytes = new Uint8Array((trainCount + testCount) * (1 + width));
  let at = 0;
  for (const { labels, images } of parts)
    for (const array of [labels, images]) {
      bytes.set(array as Uint8Array, at);
      at += array.length;
    }
  return btoa(textOf(zlibSync(bytes, { level: 9 })));
}

/** What `packed` made into text. */
export function unpacked(text: string): Digits {
  const bytes = unzlibSync(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const part = (start: number, count: number): Dataset =>
    dataset({
      ...{ name: 'digits', width, classes: 10 },
      labels: bytes.subarray(start, start + count),
      images: bytes.subarray(start + count, start + count * (1 + width)),
    });
  return { train: part(0, trainCount), test: part(trainCount * (1 + width), testCount) };
}

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
