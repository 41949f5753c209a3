import { block, deadline, dropNewest, dropOldest, type Overflow, sample } from '../../../extend.ts';
import { nearest } from '../../nearest.ts';
import { duration } from '../../settings/quantities.ts';

const named: Readonly<Record<string, () => Overflow>> = {
  block,
  'drop-newest': dropNewest,
  'drop-oldest': dropOldest,
  sample,
};
const names = [...Object.keys(named), 'deadline'];

/**
 * `block`, `drop-newest`, `drop-oldest`, `sample` or `deadline:50ms`.
 *
 * @param setting  that has it
 * @throws {Error} one sentence
 */
export function overflowOf(spec: string, setting = 'full'): Overflow {
  const [name, patience] = spec.split(/:(.*)/s);
  if (name === 'deadline') {
    if (patience === undefined)
      throw new Error(`${setting} must be deadline:<time>, such as deadline:50ms; got '${spec}'`);
    return deadline(duration('deadline', patience));
  }
  if (Object.hasOwn(named, spec)) return named[spec]();
  throw new Error(
    `${setting} must be block, drop-newest, drop-oldest, sample or deadline:<time>; got '${spec}'${nearest(name, names)}`,
  );
}
