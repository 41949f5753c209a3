import { must } from '../../core/check.ts';

/** @throws {RangeError} unless so many pixels make a square image */
export function mustBeSquare(width: number): void {
  const square = Number.isInteger(Math.sqrt(width));
  must(square, 'width of images for negatives by patches', 'a square number of pixels', width);
}
