import { printable } from '../extend.ts';
import { wrapped } from '../report.ts';
import { terminal } from './terminal/screen.ts';

/** characters of a line that is prose */
const widest = 80;
/** characters of an error, its own words and what it quotes */
const longestError = 4000;

/** Prints text for people on standard output: lines of prose are wrapped at words, tables and pictures are as they are. */
export function print(text: string): void {
  process.stdout.write(wrapped(text, widest));
}

/** Prints one JSON document on standard output. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

/** Prints an error on standard error: nothing that a terminal obeys, and no more than it can show. */
export function complain(message: string): void {
  terminal().lift();
  process.stderr.write(`forwardflow: ${errorText(message)}\n`);
}

/** Prints what is no error, as `complain` does, unless nothing but errors and the result is asked for. */
export function remark(message: string): void {
  if (!terminal().quiet) complain(message);
}

/** Prints a line beside the result, as it is, unless nothing but errors and the result is asked for. */
export function tellLine(line: string): void {
  if (terminal().quiet) return;
  terminal().lift();
  process.stderr.write(`${line}\n`);
}

/** A message whose long values are cut: its beginning says what is wrong, its end what was expected. */
export function errorText(message: string): string {
  const text = printable(message);
  if (text.length <= longestError) return text;
  const left = text.length - 1200;
  return `${text.slice(0, 1000)}… ${left.toLocaleString('en-US')} characters …${text.slice(-200)}`;
}

let guarded = false;

/**
 * Has the process end when what it prints is not taken any more: in silence where a pipe was closed, as `| head` does, and
 * with one sentence where the disk is full.
 */
export function endWithOutput(): void {
  if (guarded) return;
  guarded = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    try {
      complain(`standard output must take what is printed; got ${error.message}`);
    } finally {
      process.exit(1);
    }
  });
  process.stderr.on('error', () => {}); // there is nowhere left to say so
}
