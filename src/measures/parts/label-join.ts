/** What is done with a prediction once its label is there. */
type Joined = (id: number, predicted: number, label: number) => void;

/**
 * Joins predictions with labels that come later, by the samples' ids. It holds at most `room` predictions that wait; the oldest
 * beyond that is never scored. A label may come before its prediction is told.
 */
export class LabelJoin {
  /** predictions that were given up */
  unscored = 0;
  private readonly room: number;
  private readonly joined: Joined;
  private readonly predictions = new Map<number, readonly [predicted: number, label: number]>();
  private readonly labelled = new Set<number>();

  /** @param room  predictions, ≥ 1 */
  constructor(room: number, joined: Joined) {
    this.room = room;
    this.joined = joined;
  }

  /** predictions that wait for their label */
  get waiting(): number {
    return this.predictions.size;
  }

  predict(id: number, predicted: number, label: number): void {
    if (this.labelled.delete(id)) {
      this.joined(id, predicted, label);
      return;
    }
    this.predictions.set(id, [predicted, label]);
    if (this.predictions.size <= this.room) return;
    const [oldest] = this.predictions.keys();
    this.predictions.delete(oldest);
    this.unscored++;
  }

  /** The label of a sample has come. */
  label(id: number): void {
    const prediction = this.predictions.get(id);
    if (prediction !== undefined) {
      this.predictions.delete(id);
      this.joined(id, ...prediction);
      return;
    }
    this.labelled.add(id);
    if (this.labelled.size <= this.room) return;
    const [oldest] = this.labelled;
    this.labelled.delete(oldest);
  }
}
