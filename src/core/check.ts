/** Argument checks that all speak alike: *thing must be rule; got value.* */

export function must(holds: boolean, thing: string, rule: string, got: unknown): asserts holds {
  if (!holds) throw new RangeError(`${thing} must be ${rule}; got ${show(got)}`);
}

export function mustBeWhole(value: number, thing: string, least: number, unit = ''): void {
  const of = unit === '' ? '' : ` of ${unit}`;
  must(Number.isSafeInteger(value) && value >= least, thing, `a whole number${of}, ${least} or more`, value);
}

export function mustBePositive(value: number, thing: string): void {
  must(Number.isFinite(value) && value > 0, thing, 'a finite number above 0', value);
}

export function mustBeShare(value: number, thing: string): void {
  must(value >= 0 && value <= 1, thing, 'between 0 and 1', value);
}

function show(value: unknown): string {
  return typeof value === 'string'
    ? `'${value}'`
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
