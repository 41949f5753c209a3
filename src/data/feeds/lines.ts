const longestLine = 2 ** 24;

/**
 * Lines without their ends, each as soon as its end has come; the last one needs none.
 *
 * @throws {Error} when a line is longer than 16 MB
 */
export async function* linesOf(bytes: AsyncIterable<Buffer>, thing: string): AsyncGenerator<string> {
  let torn: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...torn, chunk.subarray(start, end)]).toString('utf8');
      [torn, length, start] = [[], 0, end + 1];
    }
    if (start === chunk.length) continue;
    torn.push(Buffer.from(chunk.subarray(start)));
    length += chunk.length - start;
    if (length > longestLine)
      throw new Error(`lines of ${thing} must be at most ${longestLine} bytes; got more`);
  }
  if (torn.length > 0) yield Buffer.concat(torn).toString('utf8');
}
