/** Four digits; a dash where there is no number. */
export function short(value: number | null): string {
  return value === null ? '–' : `${Number(value.toPrecision(4))}`;
}

/** Three digits of a share, which may be tiny: `0.0573 %`. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** An accuracy; a dash where it is not known. */
export function accuracy(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(2)} %`;
}
