import { auditTime, concat, defer, ignoreElements, map, type OperatorFunction, of, share, tap } from 'rxjs';
import type { TraceEvent } from '../core/trace.ts';

/** A fold over the trace: it sees every event once, in order, and its memory does not grow with the run. */
export interface Measure<T> {
  add(event: TraceEvent): void;
  /** what has been measured so far */
  value(): T;
}

/** Functions that make measures, by name: each subscription makes its own, so that none counts an event twice. */
export type MeasureFactories = Readonly<Record<string, () => Measure<unknown>>>;

/** The measures that some factories make, under the same names. */
export type Made<F extends MeasureFactories> = { readonly [name in keyof F]: ReturnType<F[name]> };

/** The values of those measures, under the same names. */
export type Values<F extends MeasureFactories> = {
  readonly [name in keyof F]: ReturnType<ReturnType<F[name]>['value']>;
};

/**
 * Makes one measure with each factory.
 *
 * @throws {TypeError} when a factory makes something that is not a measure
 */
export function makeMeasures<F extends MeasureFactories>(factories: F): Made<F> {
  mustBeFactories(factories);
  const made = Object.entries(factories).map(([name, factory]) => {
    const measure: unknown = factory();
    if (!isMeasure(measure))
      throw new TypeError(`measure ${name} must be made with add() and value(); got ${kindOf(measure)}`);
    return [name, measure];
  });
  return Object.fromEntries(made) as Made<F>;
}

/** The values of some measures so far. */
export function valuesOf<F extends MeasureFactories>(measures: Made<F>): Values<F> {
  return Object.fromEntries(
    Object.entries(measures).map(([name, measure]) => [name, measure.value()]),
  ) as Values<F>;
}

/**
 * Measures a trace: emits the values when it completes and, where `every` is given, while it runs.
 *
 *     run(pipeline, workers()).pipe(measure({ throughput, latency })).subscribe(console.log)
 *     measure({ running: () => runningAccuracy(500) })
 *
 * @param factories  functions that make a measure each; every subscription calls them anew
 * @param every      milliseconds between two values; left out, the final values alone are emitted
 * @throws {TypeError} when a factory is something else, a measure for example
 */
export function measure<F extends MeasureFactories>(
  factories: F,
  { every }: { readonly every?: number } = {},
): OperatorFunction<TraceEvent, Values<F>> {
  mustBeFactories(factories);
  return (trace) =>
    defer(() => {
      const measures = makeMeasures(factories);
      const all = Object.values<Measure<unknown>>(measures);
      const fed = trace.pipe(
        tap((event) => {
          for (const each of all) each.add(event);
        }),
        share(),
      );
      const looks = every === undefined ? fed.pipe(ignoreElements()) : fed.pipe(auditTime(every));
      return concat(
        looks,
        defer(() => of(undefined)),
      ).pipe(map(() => valuesOf<F>(measures)));
    });
}

function mustBeFactories(factories: Readonly<Record<string, unknown>>): void {
  for (const [name, factory] of Object.entries(factories)) {
    if (typeof factory === 'function') continue;
    const rule = 'a function that makes a measure, such as throughput or () => runningAccuracy(500)';
    throw new TypeError(`measure ${name} must be ${rule}; got ${kindOf(factory)}`);
  }
}

function isMeasure(value: unknown): value is Measure<unknown> {
  const { add, value: read } = (value ?? {}) as Partial<Measure<unknown>>;
  return typeof add === 'function' && typeof read === 'function';
}

function kindOf(value: unknown): string {
  return isMeasure(value) ? 'a measure' : value === null ? 'null' : typeof value;
}
