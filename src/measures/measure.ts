import { auditTime, concat, defer, ignoreElements, map, type OperatorFunction, of, share, tap } from 'rxjs';
import type { TraceEvent } from '../core/trace.ts';

/** A fold over the trace: it sees every event once, in order, and keeps a bounded state. */
export interface Measure<T> {
  add(event: TraceEvent): void;
  /** what has been measured so far */
  value(): T;
}

export type Measures = Readonly<Record<string, Measure<unknown>>>;

/** The values of some measures under the same names. */
export type Values<M extends Measures> = { readonly [name in keyof M]: ReturnType<M[name]['value']> };

/** The values of some measures so far. */
export function valuesOf<M extends Measures>(measures: M): Values<M> {
  return Object.fromEntries(
    Object.entries(measures).map(([name, { value }]) => [name, value()]),
  ) as Values<M>;
}

/**
 * Measures a trace: emits the values when it completes and, where `every` is given, as it goes on.
 *
 *     run(pipeline, workers()).pipe(measure({ throughput: throughput(), latency: latency() })).subscribe(console.log)
 *
 * @param every  milliseconds between two looks; left out, only the end is looked at
 */
export function measure<M extends Measures>(
  measures: M,
  { every }: { readonly every?: number } = {},
): OperatorFunction<TraceEvent, Values<M>> {
  const all = Object.values(measures);
  return (trace) => {
    const fed = trace.pipe(
      tap((event) => {
        for (const one of all) one.add(event);
      }),
      share(),
    );
    const looks = every === undefined ? fed.pipe(ignoreElements()) : fed.pipe(auditTime(every));
    return concat(
      looks,
      defer(() => of(undefined)),
    ).pipe(map(() => valuesOf(measures)));
  };
}
