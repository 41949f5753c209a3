/**
 * What depends on Node, and what stands in for it in a page: modules of Node and files of the library by their paths below
 * `src`, against files of `platform/`. The bundler swaps them; nothing else knows.
 */
export const pairs: Readonly<Record<string, string>> = {
  'node:worker_threads': 'node/worker-threads',
  'node:timers/promises': 'node/timers',
  'node:os': 'node/cores',
  'node:zlib': 'node/zlib',
  'node:path': 'node/paths',
  'node:fs': 'node/no-files',
  'core/platform/wall': 'library/wall',
  'core/platform/digest': 'library/digest',
  'core/platform/engine': 'library/engine',
  'core/platform/file-bytes': 'library/file-bytes',
  'core/platform/imported': 'library/imported',
  'threads/hire': 'library/hire',
  'cli/settings/files/text-file': 'node/no-files',
  'cli/members/member-file': 'library/no-modules',
};
