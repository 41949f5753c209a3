import { must } from '../../core/check.ts';

export function mustNotBeNegative(value: number, thing: string): void {
  must(Number.isFinite(value) && value >= 0, thing, 'a finite number, 0 or more', value);
}
