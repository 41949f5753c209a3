/** Text with its control characters as escapes, so that what a file holds can't move a terminal's cursor. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** An error whose message can be printed: itself, where it can be already. */
export function printableError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = printable(error.message);
  return message === error.message ? error : new Error(message, { cause: error });
}
