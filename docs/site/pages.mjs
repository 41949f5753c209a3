import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Converter } from 'typedoc';

/** Pages by what a reader wants of them; a page that stands nowhere is a guide. */
const groups = {
  'Start here': [
    'docs/tutorial.md',
    'docs/glossary.md',
    'docs/gallery.md',
    'examples/README.md',
    'docs/configuration.md',
    'docs/recipes.md',
  ],
  'How it is built': [
    ...['docs/design.md', 'docs/architecture.md', 'docs/style.md', 'docs/members.md', 'docs/validation.md'],
    ...['docs/performance.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ],
};

/** Where a page stands in the navigation. @param {string} path  from the root, with slashes */
function groupOf(path) {
  if (path.startsWith('docs/experiments')) return 'Experiments';
  if (path.startsWith('docs/decisions')) return 'Decisions';
  return Object.keys(groups).find((group) => groups[group].includes(path)) ?? 'Guides';
}

/**
 * Plugin of typedoc: a page is called as its first heading says, stands in a group, and a link to a folder leads to its README.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const path = relative(process.cwd(), String(document.project.files.getReflectionPath(document)));
    const [first] = document.content;
    const heading = first?.kind === 'text' ? /^\s*# (.+)\n?/.exec(first.text) : null;
    if (heading) document.name = heading[1].replace(/[*`]/g, '');
    document.frontmatter.group = groupOf(path);
  });
  const register = app.files.register.bind(app.files);
  app.files.register = (source, link) => {
    const [path, hash] = link.split('#');
    const target = join(source, '..', path);
    const folder = existsSync(target) && statSync(target).isDirectory();
    return register(source, folder ? `${path.replace(/\/?$/, '/')}README.md${hash ? `#${hash}` : ''}` : link);
  };
}
