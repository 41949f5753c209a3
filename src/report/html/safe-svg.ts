/**
 * An SVG as it may stand in a page that allows no style but its own: without style elements and attributes, which the
 * page's own style replaces.
 */
export function safeSvg(svg: string): string {
  return (
    svg
      .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
      .replace(/ style="image-rendering:\s*pixelated;?"/g, ' image-rendering="pixelated"')
      .replace(/(<[a-z][^<>]*?) style="[^"]*"/gi, '$1')
      // a group has no role that may have a name
      .replace(/(<g\b[^<>]*?) aria-label="[^"]*"/g, '$1')
      .trim()
  );
}
