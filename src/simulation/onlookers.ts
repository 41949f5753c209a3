import type { Onlooker } from './onlooker.ts';

/** One onlooker made of several, each told everything in turn; what none of them wants to know is not told at all. */
export function onlookers(...all: readonly Onlooker[]): Onlooker {
  const of = <K extends keyof Onlooker>(what: K): Pick<Onlooker, K> => {
    const own = all.filter((one) => one[what] !== undefined);
    if (own.length === 0) return {} as Pick<Onlooker, K>;
    const tell = (...told: unknown[]): void => {
      for (const one of own) (one[what] as (...told: unknown[]) => void).apply(one, told);
    };
    return { [what]: tell } as unknown as Pick<Onlooker, K>;
  };
  return {
    ...of('begins'),
    ...of('ended'),
    ...of('sent'),
    ...of('waited'),
    ...of('entered'),
    ...of('left'),
    ...of('lost'),
  };
}
