// What the bundler makes: see build/bundle.ts.

declare module 'forwardflow:members' {
  /** how to load each member of the library that a page carries, by its path below src */
  export const members: Readonly<Record<string, () => Promise<Record<string, unknown>>>>;
}

declare module 'forwardflow:files' {
  /** files of the package that a page carries, by name */
  export const files: Readonly<Record<string, Uint8Array>>;
}
