/** Prequential scores of the rows seen so far. */
export interface Scores {
  /** predictions scored */
  readonly samples: number;
  /** share that was right, 0 to 1; 0 while there are none */
  readonly accuracy: number;
  /** the same over the last `window` */
  readonly windowed: number;
  /** the same, the past fading: 1 − S/B with S ← L + α·S, B ← 1 + α·B */
  readonly fading: number;
  /** against chance agreement, the majority class, and the label before; at most 1, 0 where the other is always right */
  readonly kappa: number;
  readonly kappaM: number;
  readonly kappaT: number;
}

/**
 * Counts predictions against their labels.
 *
 * κ = (p₀ − pₑ)/(1 − pₑ), with pₑ = Σ_c P(predicted c)·P(label c). Kappa-M and Kappa-T put for pₑ the accuracy of two other
 * predictors, as MOA counts them: the majority of all labels, this one included (the lower class where two are as frequent), and
 * the label before, class 0 at first.
 *
 * @see Bifet et al. 2015, Efficient online evaluation of big data stream classifiers; Gama et al. 2013, On evaluating stream learning
 */
export class ScoreCounter {
  private readonly window: Uint8Array;
  private readonly fading: number;
  private samples = 0;
  private right = 0;
  private inWindow = 0;
  private errors = 0;
  private weight = 0;
  private readonly labels: number[] = [];
  private readonly predictions: number[] = [];
  private majority = 0;
  private majorityRight = 0;
  private before = 0;
  private sameRight = 0;

  constructor(window: number, fading: number) {
    this.window = new Uint8Array(window);
    this.fading = fading;
  }

  /** @returns 1 where the prediction is wrong, else 0 */
  add(predicted: number, label: number): 0 | 1 {
    const hit = predicted === label ? 1 : 0;
    const at = this.samples++ % this.window.length;
    this.right += hit;
    this.inWindow += hit - this.window[at];
    this.window[at] = hit;
    this.errors = 1 - hit + this.fading * this.errors;
    this.weight = 1 + this.fading * this.weight;
    count(this.labels, label);
    count(this.predictions, predicted);
    const lead = this.labels[label] - (this.labels[this.majority] ?? 0);
    if (lead > 0 || (lead === 0 && label < this.majority)) this.majority = label;
    if (this.majority === label) this.majorityRight++;
    if (this.before === label) this.sameRight++;
    this.before = label;
    return hit === 1 ? 0 : 1;
  }

  value(): Scores {
    const { samples, right, window, weight } = this;
    if (samples === 0)
      return { samples, accuracy: 0, windowed: 0, fading: 0, kappa: 0, kappaM: 0, kappaT: 0 };
    let chance = 0;
    for (const [c, label] of this.labels.entries())
      chance += (label / samples) * ((this.predictions[c] ?? 0) / samples);
    const accuracy = right / samples;
    return {
      samples,
      accuracy,
      windowed: this.inWindow / Math.min(samples, window.length),
      fading: 1 - this.errors / weight,
      kappa: over(accuracy, chance),
      kappaM: over(accuracy, this.majorityRight / samples),
      kappaT: over(accuracy, this.sameRight / samples),
    };
  }
}

/** how far an accuracy is on the way from another to 1 */
function over(accuracy: number, other: number): number {
  return other === 1 ? 0 : (accuracy - other) / (1 - other);
}

function count(counts: number[], at: number): void {
  while (counts.length <= at) counts.push(0);
  counts[at]++;
}
