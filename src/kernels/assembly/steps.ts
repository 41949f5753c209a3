// How far pulses move weights, for each kind of cell. A hit on a cell that is not there, or without draws, is left out.

/** up to this noise the pulses of one hit are drawn at once */
const drawnAtOnce: f64 = 0.33;

export function constantSteps(
  cells: usize,
  counts: usize,
  hits: usize,
  noise: usize,
  draws: usize,
  size: usize,
  weights: usize,
  lower: usize,
  upper: usize,
  up: usize,
  down: usize,
  sigma: f64,
): void {
  const atOnce = sigma <= drawnAtOnce;
  let drawn: usize = 0;
  for (let i: usize = 0; i < hits; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    const n = load<i32>(counts + (i << 2));
    const many = abs<i32>(n);
    const needs: usize = atOnce ? 1 : many;
    if (cell >= size || drawn + needs > draws) continue;
    const at = cell << 2;
    const step = n < 0 ? -(<f64>load<f32>(down + at)) : <f64>load<f32>(up + at);
    const low = <f64>load<f32>(lower + at);
    const high = <f64>load<f32>(upper + at);
    let w = <f64>load<f32>(weights + at);
    if (sigma === 0) {
      w = within(w + step * <f64>many, low, high);
    } else if (atOnce) {
      const z = <f64>load<f32>(noise + (drawn << 2));
      w = within(w + step * (<f64>many + sigma * sqrt<f64>(<f64>many) * z), low, high);
    } else {
      for (let k = 0; k < many; k++) {
        const z = <f64>load<f32>(noise + ((drawn + k) << 2));
        w = within(w + step * (1 + sigma * z), low, high);
      }
    }
    drawn += needs;
    store<f32>(weights + at, <f32>w);
  }
}

/** w between the bounds; the upper one where they cross */
export function within(w: f64, low: f64, high: f64): f64 {
  const raised = w > low ? w : low;
  return raised < high ? raised : high;
}
