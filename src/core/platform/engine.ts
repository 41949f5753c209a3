/** What runs this program, for errors: `Node v22.1.0`. Node's form; pages have their own. */
export const engine = (): string => `Node ${process.version}`;
