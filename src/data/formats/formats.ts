import { csv } from './csv/csv.ts';
import type { DataFormat } from './format.ts';
import { idx } from './idx-files.ts';
import { numpy } from './numpy/numpy.ts';
import { png } from './png-folder.ts';

/** All formats: the first one that fits reads a source. PNG takes any folder that no other wants, CSV any text. */
export const formats: readonly DataFormat[] = [idx, numpy, csv, png];
