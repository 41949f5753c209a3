import { plan } from '../../src/core/plan.ts';
import type { Selection, SelectionPlan } from '../../src/selections/selection.ts';

/** Nothing is ever learned from. */
export const none = (): SelectionPlan => plan(import.meta.url, 'none');

export function create(): Selection {
  return { name: 'none', choose: () => 0 };
}
