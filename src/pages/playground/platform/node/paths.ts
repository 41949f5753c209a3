// What settings use of `node:path`, for names that are no paths.

export const isAbsolute = (path: string): boolean => path.startsWith('/');
export const join = (...parts: string[]): string => parts.join('/');
export const resolve = join;
