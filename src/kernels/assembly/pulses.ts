// Which cells of an array are hit by pulses. Hits are pairs of a cell's index and a signed number of pulses.

/** most time slots of a train */
const slots: usize = 32;

/** @returns  the row to go on with */
export function coincidences(
  rows: usize,
  rowSigns: usize,
  count: usize,
  from: usize,
  columns: usize,
  columnSigns: usize,
  width: usize,
  active: usize,
  cells: usize,
  counts: usize,
  most: usize,
  draws: usize,
  tally: usize,
): usize {
  const fired = gather(columns, columnSigns, width, active);
  const marks = active + (width << 2);
  let hit: usize = 0;
  let pulses: usize = 0;
  let row = from;
  for (; row < count; row++) {
    const line = load<u32>(rows + (row << 2));
    if (line === 0) continue;
    if (hit + fired > most || pulses + fired * slots > draws) break;
    const sign = <u32>load<u8>(rowSigns + row) & 1;
    const first = row * width;
    const lines = i32x4.splat(line);
    for (let k: usize = 0; k < fired; k += 4) {
      let both = v128.and(v128.load(active + (k << 2)), lines);
      if (!v128.any_true(both)) continue;
      let mask = i32x4.bitmask(i32x4.ne(both, i32x4.splat(0)));
      if (fired - k < 4) mask &= (1 << (<i32>(fired - k))) - 1;
      const ones = i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(both));
      both = i32x4.extadd_pairwise_i16x8_u(ones);
      for (; mask !== 0; mask &= mask - 1) {
        const lane = ctz<i32>(mask);
        const n =
          lane < 2
            ? lane === 0
              ? i32x4.extract_lane(both, 0)
              : i32x4.extract_lane(both, 1)
            : lane === 2
              ? i32x4.extract_lane(both, 2)
              : i32x4.extract_lane(both, 3);
        const mark = load<u32>(marks + ((k + lane) << 2));
        const down = <i32>((mark ^ sign) & 1);
        store<u32>(cells + (hit << 2), <u32>(first + (mark >> 1)));
        store<i32>(counts + (hit << 2), (n ^ -down) + down);
        pulses += n;
        hit++;
      }
    }
  }
  store<u32>(tally, <u32>hit, 0);
  store<u32>(tally, <u32>pulses, 4);
  return row;
}

/** The words of the columns that fire, then, `width` words on, twice the index of each, plus 1 where it is negative. */
function gather(columns: usize, signs: usize, width: usize, active: usize): usize {
  let fired: usize = 0;
  for (let j: usize = 0; j < width; j++) {
    const word = load<u32>(columns + (j << 2));
    if (word === 0) continue;
    store<u32>(active + (fired << 2), word);
    store<u32>(active + ((width + fired) << 2), ((<u32>j) << 1) | (<u32>load<u8>(signs + j) & 1));
    fired++;
  }
  return fired;
}
