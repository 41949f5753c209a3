import { block, deadline, dropNewest, dropOldest, type Overflow, refusal, sample } from '../../../extend.ts';
import { duration } from '../../settings/quantities.ts';

const named: Readonly<Record<string, () => Overflow>> = {
  block,
  'drop-newest': dropNewest,
  'drop-oldest': dropOldest,
  sample,
};
/** What may become of what finds a queue full. */
export const overflowNames = [...Object.keys(named), 'deadline'];

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
  const rule = 'block, drop-newest, drop-oldest, sample or deadline:<time>';
  throw new Error(refusal(setting, rule, spec, overflowNames, name));
}
