/** Commands that can be watched while they run. */
export const watchable = ['train', 'compare', 'stress'] as const;

export function isWatchable(command: string): boolean {
  return (watchable as readonly string[]).includes(command);
}
