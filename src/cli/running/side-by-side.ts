/**
 * Does some tasks, so many at a time, beginning in their order. After one has failed no other is begun, and those under way
 * end first.
 *
 * @param limit  tasks at a time, ≥ 1
 * @param begin  starts a task; what it returns is waited for
 * @param stop   whether no more is to be begun
 * @throws what the first task that failed throws
 */
export async function sideBySide<T>(
  tasks: readonly T[],
  limit: number,
  begin: (task: T, index: number) => Promise<void>,
  stop: () => boolean = () => false,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    while (next < tasks.length && failures.length === 0 && !stop()) {
      const index = next++;
      try {
        await begin(tasks[index], index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
