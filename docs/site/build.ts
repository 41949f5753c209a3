// The documentation as one static site in dist/docs: the pages of docs/, the API reference, and the playground. `npm run docs`.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, LogLevel } from 'typedoc';
import { buildPlayground } from '../../src/pages/playground/build.ts';
import { brokenLinks } from './links.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = join(root, 'dist/docs');

process.chdir(root);
const app = await Application.bootstrapWithPlugins({ options: 'typedoc.json', out, logLevel: LogLevel.Warn });
const project = await app.convert();
if (project === undefined) throw new Error('the sources must be readable; got errors, above');
app.validate(project);
await app.generateOutputs(project);

await buildPlayground(join(out, 'playground'));

const broken = brokenLinks(out);
for (const { page, link } of broken) console.error(`${page}: ${link} leads nowhere`);
const { warningCount, errorCount } = app.logger;
console.log(
  `dist/docs/index.html: ${errorCount} errors, ${warningCount} warnings, ${broken.length} broken links`,
);
if (errorCount + warningCount + broken.length > 0) process.exitCode = 1;
