// `npm run architecture`: the folders, their sizes, and which of them import which.
import { architecture } from './sizes.ts';

process.stdout.write(architecture());
