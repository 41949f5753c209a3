import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutComments } from '../../../src/cli/settings/files/json-comments.ts';

const read = (text: string): unknown => JSON.parse(withoutComments(text));

test.each([
  ['{ "a": 1, } // end', { a: 1 }],
  ['// first\n[1, /* two */ 2,\n]', [1, 2]],
  ['{"url": "http://x/*y*/", "q": "\\"// no"}', { url: 'http://x/*y*/', q: '"// no' }],
  ['{"a": [1, 2, /* , */ ], // ]\n }', { a: [1, 2] }],
  ['{"a": ",}"}', { a: ',}' }],
])('%j is read', (text, value) => expect(read(text)).toEqual(value));

test.each(['{"a": 1 /* no end', '[,]', '[1,,]', '{,}', '{"a": 1 / 2}', "{'a': 1}", '/*/ {} '])(
  '%j is none',
  (text) => expect(() => read(text)).toThrow(SyntaxError),
);

test('a mistake stands where it stood', () => {
  expect(withoutComments('{ // é\n "a": 1, /* b */ c }')).toBe('{     \n "a": 1,         c }');
});

test('comments and last commas anywhere between the tokens of JSON change nothing', () => {
  const between = fc.constantFrom('', ' ', '\n', '// "]},\n', '/* {"a": [,] } */', '/**/', '\t// /*\n');
  fc.assert(
    fc.property(fc.jsonValue(), fc.infiniteStream(between), fc.boolean(), (value, parts, last) => {
      const tokens = JSON.stringify(value).match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^"[\]{},:]+/g) ?? [];
      const text = tokens
        .map((token, i) => {
          const ends = last && /^[\]}]$/.test(token) && !/^[[{]$/.test(tokens[i - 1]);
          return `${parts.next().value}${ends ? ',' : ''}${parts.next().value}${token}`;
        })
        .join('');
      expect(read(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 18, numRuns: 300 },
  );
});

test('a long text of beginnings without an end is read at once', () => {
  for (const part of ['/*', '"', ',', '//', ', ', '[,'])
    expect(() => read(part.repeat(300_000))).toThrow(SyntaxError);
});
