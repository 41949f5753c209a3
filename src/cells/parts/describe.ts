/** `soft bounds, about 1,000 pulses from bound to bound` */
export function describe(
  name: string,
  { stepSize, upperBound, lowerBound }: { stepSize: number; upperBound: number; lowerBound: number },
): string {
  const states = Math.round((upperBound - lowerBound) / stepSize);
  return `${name}, ${states.toLocaleString('en-US')} mean pulses from bound to bound`;
}
