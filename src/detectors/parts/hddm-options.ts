import { must } from '../../core/check.ts';

export interface HddmOptions {
  /** how likely a false drift may be, and a false warning, above 0 and at most 1; left out, 0.001 and 0.005 */
  readonly drift?: number;
  readonly warning?: number;
  /** whether a mean that falls counts too; left out, false */
  readonly twoSided?: boolean;
}

/** @throws {RangeError} unless both confidences are above 0 and at most 1 */
export function checkHddm(name: string, { drift, warning }: { drift: number; warning: number }): void {
  for (const [option, value] of Object.entries({ drift, warning }))
    must(value > 0 && value <= 1, `${option} of ${name}`, 'above 0 and at most 1', value);
}
