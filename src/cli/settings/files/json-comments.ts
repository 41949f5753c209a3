const textOrComment = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const textOrLastComma = /"(?:[^"\\\n]|\\.)*"|,(?<=[^\s[{,]\s*,)(?=\s*[}\]])/g;

/**
 * JSON without what editors allow in config files: comments and commas behind the last value become spaces, so that errors
 * still name the right place.
 *
 * @param text  JSON with comments, as VS Code and TypeScript read it; what is no JSON stays none
 */
export function withoutComments(text: string): string {
  const bare = text.replace(textOrComment, (part) => {
    if (part.startsWith('"')) return part;
    const ended = part.startsWith('//') || (part.length >= 4 && part.endsWith('*/'));
    return ended ? part.replace(/[^\n\r]/g, ' ') : part;
  });
  return bare.replace(textOrLastComma, (part) => (part === ',' ? ' ' : part));
}
