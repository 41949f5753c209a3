import { threadsLoadWith } from '../../src/core/thread.ts';

threadsLoadWith(new URL('./loader.mjs', import.meta.url).href);
