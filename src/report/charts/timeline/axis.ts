const units = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const;

/** Round times between two, ten at most, each with its unit. @param from, to  nanoseconds */
export function ticks(from: number, to: number): { readonly at: number; readonly text: string }[] {
  const step = roundUp((to - from) / 8);
  const [scale, unit] = units.find(([size]) => step >= size) ?? units[3];
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.max(0, Math.floor(to / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, i) => {
    const at = (first + i) * step;
    return { at, text: `${+(at / scale).toPrecision(12)} ${unit}` };
  });
}

/** A time as people read it. @param nanoseconds  0 or more */
export function timeOf(nanoseconds: number): string {
  const [scale, unit] = units.find(([size]) => nanoseconds >= size) ?? units[nanoseconds === 0 ? 0 : 3];
  return `${+(nanoseconds / scale).toPrecision(4)} ${unit}`;
}

/** The next of 1, 2, 5, 10, 20, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10);
}
