/** @param share  0 to 1 */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A number with five digits that count, or fewer. */
export function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 5 });
}

/** A whole number, with commas between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A time in the unit that fits. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const [scale, unit] =
    seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : seconds >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${figure(seconds * scale)} ${unit}`;
}
