import { readFileSync } from 'node:fs';

/** The script or the style of a page, as `npm run build:pages` leaves them. */
export type PageAsset = `${'live' | 'report'}.${'js' | 'css'}`;

/**
 * The text of a page's script or style.
 *
 * @throws {Error} where the pages were not built: `npm ci` does it
 */
export function pageAsset(name: PageAsset): string {
  try {
    return readFileSync(new URL(`../../pages/built/${name}`, import.meta.url), 'utf8');
  } catch (error) {
    throw new Error(
      `page file ${name} must be built, by npm run build:pages; got ${(error as Error).message}`,
    );
  }
}
