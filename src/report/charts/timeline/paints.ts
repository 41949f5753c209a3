import { kinds, type SliceKind } from './timeline.ts';

/** How each kind is told from the others: a colour, lines across it, and what the legend says. */
interface Paint {
  readonly colour: string;
  /** of lines and letters */
  readonly ink: string;
  /** path of a tile of 8 × 8, left out where the colour is plain */
  readonly lines?: string;
  readonly says: string;
}

const white = '#ffffff';
const dark = '#222222';
export const paints: Readonly<Record<SliceKind, Paint>> = {
  F: { colour: '#0072b2', ink: white, says: 'F forward' },
  B: { colour: '#00664b', ink: white, lines: 'M-2,2L2,-2M0,8L8,0M6,10L10,6', says: 'B input gradient' },
  W: { colour: '#a34700', ink: white, lines: 'M-2,6L2,10M0,0L8,8M6,-2L10,2', says: 'W weight gradient' },
  U: { colour: '#7a3e68', ink: white, lines: 'M4,0V8', says: 'U update' },
  P: { colour: '#4d4d4d', ink: white, lines: 'M0,4H8', says: 'P prediction' },
  starved: { colour: '#ececec', ink: dark, lines: 'M2,2h1M6,6h1', says: 'starved: no input' },
  blocked: { colour: '#f6c9bd', ink: dark, lines: 'M0,8L8,0M0,0L8,8', says: 'blocked: no credit' },
  communicating: { colour: '#f5e6a8', ink: dark, lines: 'M0,4H8', says: 'input under way' },
};

/** Patterns of a drawing, by `url(#…)`. @param id  of the drawing, so that two of a page do not meet */
export function patterns(id: string): string {
  return kinds
    .map((kind) => {
      const { colour, ink, lines } = paints[kind];
      const path = lines
        ? `<path d="${lines}" stroke="${ink}" stroke-width="1" stroke-opacity="0.55" fill="none"/>`
        : '';
      return `<pattern id="${id}-${kind}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${colour}"/>${path}</pattern>`;
    })
    .join('');
}
