import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A link of a page that leads nowhere. */
export interface BrokenLink {
  /** the page, from the folder */
  readonly page: string;
  /** as it stands there */
  readonly link: string;
}

/**
 * The links inside a folder of static pages that lead nowhere: to a file that does not exist, or to a place of a page that has
 * no such id. Links that leave the folder by http are not followed.
 *
 * @param folder  of HTML files, at any depth
 */
export function brokenLinks(folder: string): BrokenLink[] {
  const pages = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    file.endsWith('.html'),
  );
  const ids = new Map<string, ReadonlySet<string>>();
  const idsOf = (page: string): ReadonlySet<string> => {
    const found =
      ids.get(page) ??
      new Set([...readFileSync(page, 'utf8').matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => id));
    ids.set(page, found);
    return found;
  };
  const leads = (page: string, link: string): boolean => {
    const [path, hash = ''] = link.replaceAll('&amp;', '&').split('#');
    const target = path === '' ? page : join(dirname(page), decodeURIComponent(path.split('?')[0]));
    if (!existsSync(target)) return false;
    const file = statSync(target).isDirectory() ? join(target, 'index.html') : target;
    if (!existsSync(file)) return false;
    return hash === '' || !file.endsWith('.html') || idsOf(file).has(decodeURIComponent(hash));
  };
  return pages.flatMap((name) => {
    const page = join(folder, name);
    const links = [...readFileSync(page, 'utf8').matchAll(/<[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
      ([, link]) => link,
    );
    return [...new Set(links)]
      .filter((link) => !/^[a-z]+:/i.test(link) && !leads(page, link))
      .map((link) => ({ page: relative(folder, page), link }));
  });
}
