/** What runs this program, for errors. */
export const engine = (): string => 'this browser';
