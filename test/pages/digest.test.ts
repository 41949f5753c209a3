import { describe, expect, it } from 'vitest';
import * as node from '../../src/core/platform/digest.ts';
import * as page from '../../src/pages/playground/platform/library/digest.ts';

describe("SHA-256 of a page's own", () => {
  it('is that of Node for texts around every length of a block', () => {
    for (let length = 0; length < 200; length++) {
      const text = 'seed 7 / layer é '.repeat(20).slice(0, length);
      expect(page.digestWords(text)).toEqual(node.digestWords(text));
    }
  });

  it('is that of Node over text and bytes', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256);
    const parts = ['["layer0.weights",[784,200]]\n', bytes, 'end'];
    expect(page.sha256(parts)).toBe(node.sha256(parts));
  });
});
