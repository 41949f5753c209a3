/** The module of a plan: it makes what it is given into what a test can look at. */
export async function create(options: unknown, context: unknown): Promise<unknown> {
  return { options, context };
}
