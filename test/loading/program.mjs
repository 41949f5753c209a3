import { register } from './loader.mjs';

register();
// the threads that the program starts load TypeScript in the same way
const { threadsLoadWith } = await import('../../src/core/thread.ts');
threadsLoadWith(new URL('./loader.mjs', import.meta.url).href);
