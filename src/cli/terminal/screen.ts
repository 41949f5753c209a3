import { wallNanoseconds } from '../../extend.ts';
import { colours, redraws } from './capabilities.ts';

/** What a panel has to draw with. */
export interface Canvas {
  /** characters of a line, at most */
  readonly columns: number;
  /** lines, at most, ≥ 1 */
  readonly rows: number;
  readonly coloured: boolean;
}

/** What goes on, as text. */
export interface Progress {
  /** lines that are written again and again in place; what is too wide or too much is cut */
  lines(canvas: Canvas): readonly string[];
  /** one line, where nothing can be written again */
  line(): string;
}

/** The place of one thing that goes on. */
export interface Panel {
  show(progress: Progress): void;
  /** takes it away */
  clear(): void;
}

/** seconds between two drawings, and between two plain lines of a panel where there is no terminal */
const [atOnce, between] = [0.1, 5];
const usualColumns = 80;
const usualRows = 24;

/** Lines below what was printed that are written again in place: panels one below the other. */
export class Screen {
  readonly #stream: NodeJS.WriteStream;
  readonly #now: () => number;
  readonly #panels = new Map<object, Progress>();
  #drawn = 0;
  #last = Number.NEGATIVE_INFINITY;
  /** nothing is shown */
  quiet = false;

  /** @param now  nanoseconds of any clock */
  constructor(stream: NodeJS.WriteStream, now: () => number = wallNanoseconds) {
    this.#stream = stream;
    this.#now = now;
  }

  panel(): Panel {
    const key = {};
    let last = this.#now();
    return {
      show: (progress) => {
        if (this.quiet) return;
        if (redraws(this.#stream)) {
          const first = !this.#panels.has(key);
          this.#panels.set(key, progress);
          if (first || this.#now() - this.#last >= atOnce * 1e9) this.#draw();
        } else if (this.#now() - last >= between * 1e9) {
          last = this.#now();
          this.#stream.write(`${progress.line()}\n`);
        }
      },
      clear: () => {
        if (this.#panels.delete(key)) this.#draw();
      },
    };
  }

  /** Takes away what is drawn, so that something else can be written; what goes on is drawn again below it. */
  lift(): void {
    if (this.#drawn > 0) this.#stream.write(`\x1b[${this.#drawn}A\r\x1b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    this.#last = this.#now();
    const columns = Math.max(1, (this.#stream.columns || usualColumns) - 1);
    const rows = Math.max(1, (this.#stream.rows || usualRows) - 1);
    const coloured = colours(this.#stream);
    const each = Math.max(1, Math.floor(rows / Math.max(1, this.#panels.size)));
    const canvas = { columns, rows: each, coloured };
    const lines = [...this.#panels.values()]
      .flatMap((progress) => progress.lines(canvas).slice(0, each))
      .slice(0, rows)
      .map((line) => cut(line, columns));
    this.lift();
    if (lines.length > 0) this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }
}

/** The first characters of a line, with its colours. */
function cut(line: string, columns: number): string {
  let shown = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours have no width
  return line.replace(/\x1b\[\d+m|./gu, (part) =>
    part.length > 1 && part[0] === '\x1b' ? part : shown++ < columns ? part : '',
  );
}

let screen: Screen | undefined;

/** What is drawn on standard error. */
export function terminal(): Screen {
  screen ??= new Screen(process.stderr);
  return screen;
}
