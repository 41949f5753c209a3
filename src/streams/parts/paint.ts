/** How an image lies in a frame: moved by pixels, then turned about its middle by radians, clockwise as y goes down. */
export interface Pose {
  readonly across: number;
  readonly down: number;
  readonly angle: number;
}

/**
 * Adds a square image to a square frame, moved and turned, sampled bilinearly; outside the image is nothing.
 *
 * @param image  bytes [side × side]
 * @param share  of its brightness, 0 to 1
 * @param into   added to, rounded, at most 255 [size × size]
 */
export function paint(
  image: Uint8Array,
  side: number,
  { across, down, angle }: Pose,
  share: number,
  into: Uint8Array | Float32Array,
  size: number,
): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (side - 1) / 2;
  const centre = (size - 1) / 2;
  for (let row = 0; row < size; row++) {
    const dy = row - centre - down;
    for (let column = 0; column < size; column++) {
      const dx = column - centre - across;
      const x = cos * dx + sin * dy + middle;
      const y = cos * dy - sin * dx + middle;
      if (x <= -1 || y <= -1 || x >= side || y >= side) continue;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const [fx, fy] = [x - left, y - top];
      const above = (1 - fx) * pixel(image, side, left, top) + fx * pixel(image, side, left + 1, top);
      const below = (1 - fx) * pixel(image, side, left, top + 1) + fx * pixel(image, side, left + 1, top + 1);
      const at = row * size + column;
      into[at] = Math.min(255, into[at] + Math.round(share * ((1 - fy) * above + fy * below)));
    }
  }
}

function pixel(image: Uint8Array, side: number, x: number, y: number): number {
  return x < 0 || y < 0 || x >= side || y >= side ? 0 : image[y * side + x];
}
