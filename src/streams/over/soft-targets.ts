import { must, mustBePositive } from '../../core/check.ts';

/**
 * What a teacher makes of samples, as probabilities: softmax(scores / T) row by row.
 *
 * @param scores       how well each class fits each sample: logits, or goodness [count × classes]
 * @param temperature  T, > 0: the higher, the softer
 * @returns  shares, each row 1 together [count × classes]
 * @throws {RangeError} when the scores are no whole number of rows, or the temperature is out of range
 */
export function softTargets(scores: Float32Array, classes: number, temperature: number): Float32Array {
  must(scores.length % classes === 0, 'scores', `rows of ${classes}`, scores.length);
  mustBePositive(temperature, 'temperature');
  const shares = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += classes) {
    const row = scores.subarray(start, start + classes);
    const greatest = Math.max(...row);
    const parts = Array.from(row, (score) => Math.exp((score - greatest) / temperature));
    const sum = parts.reduce((a, b) => a + b, 0);
    shares.set(
      parts.map((part) => part / sum),
      start,
    );
  }
  return shares;
}

/**
 * The temperature at which a teacher says what it knows, no more and no less: where the mean of −ln softmax(scores / T)[label] over
 * samples that it has not learned from is least, to 1 %, between 10⁻³ and 10³ of the scores' own spread.
 *
 * @param scores  [count × classes]
 * @param labels  the true ones [count]
 * @throws {RangeError} when there are no scores, they are all the same, or do not belong to the labels
 * @see Guo et al. 2017, arXiv 1706.04599: temperature scaling
 */
export function calibratedTemperature(
  scores: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): number {
  must(
    scores.length > 0 && scores.length === labels.length * classes,
    'scores',
    `${labels.length} × ${classes}`,
    scores.length,
  );
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const spread = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length);
  mustBePositive(spread, 'spread of the scores');
  const loss = (logarithm: number): number => {
    const temperature = spread * Math.exp(logarithm);
    let sum = 0;
    for (let r = 0; r < labels.length; r++) {
      const row = scores.subarray(r * classes, (r + 1) * classes);
      const greatest = Math.max(...row);
      const total = row.reduce((a, score) => a + Math.exp((score - greatest) / temperature), 0);
      sum += Math.log(total) - (row[labels[r]] - greatest) / temperature;
    }
    return sum;
  };
  // convex in 1 / T, so it has one valley in ln T: golden section finds it
  const golden = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [-Math.log(1000), Math.log(1000)];
  while (to - from > 0.01) {
    const [left, right] = [to - golden * (to - from), from + golden * (to - from)];
    if (loss(left) <= loss(right)) to = right;
    else from = left;
  }
  return spread * Math.exp((from + to) / 2);
}
