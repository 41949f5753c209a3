// SHA-256 (FIPS 180-4): a page's own is asynchronous, and missing where the page comes from a file.

const primes = [2, 3, 5, 7, 11, 13, 17, 19];
for (let n = 23; primes.length < 64; n += 2) if (primes.every((p) => n % p !== 0)) primes.push(n);
/** the first 32 bits of the fraction of a root */
const fraction = (root: number): number => ((root - Math.floor(root)) * 0x1_0000_0000) | 0;
const rounds = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const start = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first 16 bytes of a text's SHA-256, as four signed words, little end first. */
export function digestWords(text: string): number[] {
  const hash = digestOf(new TextEncoder().encode(text));
  return [0, 4, 8, 12].map((offset) => hash.getInt32(offset, true));
}

/** SHA-256 over text and bytes, one after the other: 64 hex digits. */
export function sha256(parts: readonly (string | Uint8Array)[]): string {
  const all = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part));
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  const hash = digestOf(bytes);
  return Array.from({ length: 32 }, (_, i) => hash.getUint8(i).toString(16).padStart(2, '0')).join('');
}

/** [32 bytes] */
function digestOf(bytes: Uint8Array): DataView {
  const padded = new DataView(new ArrayBuffer(64 * Math.ceil((bytes.length + 9) / 64)));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 8, Math.floor(bytes.length / 2 ** 29));
  padded.setUint32(padded.byteLength - 4, (8 * bytes.length) >>> 0);
  const hash = Int32Array.from(start);
  for (let at = 0; at < padded.byteLength; at += 64) addBlock(hash, padded, at);
  const out = new DataView(hash.buffer);
  for (const [i, word] of [...hash].entries()) out.setInt32(4 * i, word);
  return out;
}

function addBlock(hash: Int32Array, padded: DataView, at: number): void {
  const words = new Int32Array(64);
  for (let i = 0; i < 16; i++) words[i] = padded.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15], words[i - 2]];
    const low = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    const high = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + low + words[i - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = hash;
  for (let i = 0; i < 64; i++) {
    const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + high + ((e & f) ^ (~e & g)) + rounds[i] + words[i]) | 0;
    const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] += word;
}
