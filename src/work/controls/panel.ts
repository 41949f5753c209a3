// words of the panel
const [paused, limit, touched] = [0, 1, 2];
// numbers behind them
const [perSecond, noise] = [0, 1];

/** What stands on the controls of a stream, in memory that its threads share. Numbers are read on the thread that writes them. */
export class Panel {
  static readonly bytes = 32;
  readonly memory: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly numbers: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, 4);
    this.numbers = new Float64Array(memory, 16, 2);
  }

  get paused(): boolean {
    return Atomics.load(this.words, paused) === 1;
  }

  set paused(value: boolean) {
    Atomics.store(this.words, paused, value ? 1 : 0);
  }

  /** microbatches that may lie on an edge; Infinity: as many as were planned */
  get limit(): number {
    return Atomics.load(this.words, limit) || Number.POSITIVE_INFINITY;
  }

  set limit(value: number) {
    Atomics.store(this.words, limit, value > 0x7fff_ffff ? 0 : value);
  }

  get touched(): boolean {
    return Atomics.load(this.words, touched) === 1;
  }

  set touched(value: boolean) {
    Atomics.store(this.words, touched, value ? 1 : 0);
  }

  /** samples a second; undefined: as the pipeline says */
  get perSecond(): number | undefined {
    return this.numbers[perSecond] || undefined;
  }

  set perSecond(value: number | undefined) {
    this.numbers[perSecond] = value ?? 0;
  }

  /** standard deviation, as a share of the range of a pixel */
  get noise(): number {
    return this.numbers[noise];
  }

  set noise(value: number) {
    this.numbers[noise] = value;
  }
}
