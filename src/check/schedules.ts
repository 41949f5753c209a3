import type { OpKind } from '../core/trace.ts';
import type { Ready, Schedule } from '../schedules/schedule.ts';
import { carriedOut, countsOf, mustGoBackAsForward, ordersOf, type Size, stagesOf, suits } from './orders.ts';
import { type ContractRule, holds, same } from './rule.ts';

const ops: readonly OpKind[] = ['F', 'B', 'W', 'U'];

/** Every set of ops that could be ready, microbatch 0 among them. */
const situations = Array.from({ length: 16 }, (_, set): Ready => {
  const ready = ops.filter((_, bit) => set & (1 << bit));
  return Object.fromEntries(ready.map((op, i) => [op, i]));
});

const sizes: readonly Size[] = [1, 2, 3, 4, 6, 8].flatMap((devices) =>
  [1, 2, 3, 4, 5, 8, 12, 16, 24].flatMap((microbatches) =>
    [1, 4, 8].map((window) => ({ devices, microbatches, window })),
  ),
);
const suited = (schedule: Schedule): Size[] => sizes.filter((size) => suits(schedule, size));
const isPolicy = ({ next }: Schedule): boolean => next !== undefined;
const isOrder = ({ order }: Schedule): boolean => order !== undefined;

/** What every schedule promises; those of orders are asked at 162 sizes of up to 8 devices and 24 microbatches. */
export const scheduleRules: readonly ContractRule<Schedule>[] = [
  {
    name: 'policy or order',
    says: 'is a policy, with next(), or an order, with order(), and not both',
    check: (schedule) => holds(isPolicy(schedule) !== isOrder(schedule), 'it has both or neither'),
  },
  {
    name: 'says how it runs',
    says: 'serves some rule, lets a microbatch in, and says when inputs are returned, gradients sent and weights updated',
    check({ serves, inFlight, returnsInputAfter, sendsGradientAfter, updates, ...rest }) {
      const { stashes, goesBackBy, gradientDelay = 0 } = rest;
      const learning = serves.length > 0 && serves.every((one) => one === 'locally' || one === 'backward');
      holds(learning, `serves is [${serves}]`);
      holds(inFlight >= 1, `inFlight is ${inFlight}`);
      holds(['W', 'U'].includes(returnsInputAfter), `returnsInputAfter is ${returnsInputAfter}`);
      holds(['B', 'W'].includes(sendsGradientAfter), `sendsGradientAfter is ${sendsGradientAfter}`);
      holds(['microbatch', 'flush', 'window'].includes(updates), `updates is ${updates}`);
      holds([undefined, 'newest'].includes(goesBackBy), `goesBackBy is ${goesBackBy}`);
      holds(Number.isInteger(gradientDelay) && gradientDelay >= 0, `gradientDelay is ${gradientDelay}`);
      holds(!stashes || goesBackBy === undefined, 'it stashes weights that goesBackBy says nobody reads');
    },
  },
  {
    name: 'never stands still',
    says: 'as a policy names an op of those that are ready, and waits only for want of any',
    applies: isPolicy,
    check(schedule) {
      // layers that learn locally are never offered a B
      const offered = situations.filter(({ B }) => B === undefined || schedule.serves.includes('backward'));
      for (const ready of offered) {
        const op = schedule.next?.(ready);
        const names = Object.keys(ready);
        const seen = `with ${names.join(', ') || 'nothing'} ready it ${op === undefined ? 'waits' : `names ${op}`}`;
        holds(names.length === 0 ? op === undefined : op !== undefined && names.includes(op), seen);
        same(schedule.next?.(ready), op, `its answer with ${names.join(', ')} ready, asked again`);
      }
    },
  },
  {
    name: 'finishes first',
    says: 'as a policy finishes what is begun before it begins anew, so that room is bounded',
    applies: isPolicy,
    check(schedule) {
      same(schedule.next?.({ F: 5, U: 1 }), 'U', 'with F and U ready it names');
      same(schedule.next?.({ F: 5, W: 1 }), 'W', 'with F and W ready it names');
    },
  },
  {
    name: 'suits some sizes',
    says: 'as an order suits some numbers of devices and microbatches, and says why not where it does not',
    applies: isOrder,
    check: (schedule) => {
      const { length } = suited(schedule);
      holds(length > 5, `it suits ${length} of ${sizes.length} sizes`);
    },
  },
  {
    name: 'one order',
    says: 'as an order is the same each time, and of a new flush again',
    applies: isOrder,
    check(schedule) {
      for (const size of suited(schedule).slice(0, 20))
        same(ordersOf(schedule, size), ordersOf(schedule, size), `order of ${JSON.stringify(size)}`);
    },
  },
  {
    name: 'each op once',
    says: 'as an order has F, B and W of each microbatch of each chunk once, B behind F, W behind B, and U where it says',
    applies: isOrder,
    check(schedule) {
      for (const size of suited(schedule)) countsOf(schedule, size);
    },
  },
  {
    name: 'says which weights',
    says: 'as an order that updates while microbatches are under way stashes weights, or says that B goes back by the newest',
    applies: (schedule) => isOrder(schedule) && schedule.serves.includes('backward'),
    check(schedule) {
      if (schedule.stashes || schedule.goesBackBy === 'newest') return;
      for (const size of suited(schedule)) mustGoBackAsForward(schedule, size);
    },
  },
  {
    name: 'comes to an end',
    says: 'as an order can be carried out: no device waits for ever for another',
    applies: isOrder,
    check(schedule) {
      for (const size of suited(schedule)) {
        const orders = ordersOf(schedule, size);
        const heads = carriedOut(schedule, size, orders, stagesOf(schedule, size));
        const stuck = orders.findIndex(({ length }, device) => heads[device] < length);
        const { op, chunk } = orders[stuck]?.[heads[stuck]] ?? {};
        const where = JSON.stringify(size);
        holds(
          stuck < 0,
          `device ${stuck} waits for ever at step ${heads[stuck]}, ${op} of chunk ${chunk}, with ${where}`,
        );
      }
    },
  },
];
