/**
 * Four xorshift128 generators side by side, after the paper: word i of generator `lane` lies at lane + 4 · i.
 *
 * @returns  draws the next word of a lane; `state` is where they all stand then
 * @see Marsaglia 2003, Xorshift RNGs, section 4
 */
export function xorshift(seed: Uint32Array): ((lane: number) => number) & { readonly state: Uint32Array } {
  const state = seed.slice();
  const next = (lane: number): number => {
    const [x, y, z, w] = [0, 4, 8, 12].map((at) => state[lane + at]);
    const t = x ^ (x << 11);
    const drawn = w ^ (w >>> 19) ^ (t ^ (t >>> 8));
    for (const [i, word] of [y, z, w, drawn].entries()) state[lane + 4 * i] = word;
    return drawn >>> 0;
  };
  return Object.assign(next, { state });
}
