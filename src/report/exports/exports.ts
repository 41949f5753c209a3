import { chrome } from './chrome.ts';
import { csv } from './csv.ts';
import type { Export } from './export.ts';
import { jsonl } from './jsonl.ts';
import { npy } from './npy.ts';
import { parquet } from './parquet.ts';
import { pytorch } from './pytorch.ts';
import { safetensors } from './safetensors.ts';
import { tensorboard } from './tensorboard.ts';

/** Every form, in the order in which they are told. */
export const exports: readonly Export[] = [
  tensorboard,
  parquet,
  csv,
  jsonl,
  chrome,
  npy,
  safetensors,
  pytorch,
];
