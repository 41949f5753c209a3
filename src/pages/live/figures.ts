// Numbers as people read them; the same everywhere on the page.

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`;
}

/** three digits that matter, or all in front of the point */
export function threeDigits(value: number): string {
  return value >= 100 ? whole(value) : value.toPrecision(3);
}

/** 0 is what nothing was measured of */
export function milliseconds(value: number): string {
  if (value === 0) return '–';
  return `${threeDigits(value)} ms`;
}

export function perSecond(value: number): string {
  return `${whole(value)}/s`;
}
