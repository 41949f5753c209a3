/** A mean in two places of an array: how many values, and their mean. */
export function addTo(numbers: Float64Array, at: number, value: number): void {
  numbers[at] += 1;
  numbers[at + 1] += (1 / numbers[at]) * (value - numbers[at + 1]);
}
