import type { Parameter } from '../../extend.ts';
import { type Pipeline, type SampleStream, type TraceEvent, utilisation, weights } from '../../index.ts';
import {
  detectionScores,
  detections,
  framesMissed,
  gateOutcomes,
  lineFlow,
  lineLatency,
  prequential,
  readGate,
  recoveries,
  type StressReport,
  selectivity,
  waiting,
  weightsHash,
} from '../../report.ts';
import { titleOf } from '../members/members.ts';
import { keptOfRun } from '../running/kept-of-run.ts';
import { duration } from '../settings/quantities.ts';
import type { LiveFigures } from '../terminal/stress-progress.ts';
import { detectorsOf } from './specs/detectors-of.ts';
import type { StressSettings } from './stress-settings.ts';

/** What is known at the end, beside what the trace says. */
type Ending = Pick<StressReport, 'memory' | 'eventLoopMs' | 'checkpoints' | 'interrupted' | 'seconds'> & {
  readonly gates: readonly string[];
};

/** Every figure of a stressed stream, as folds over its trace. */
export class StressFigures {
  /** when the run began, in nanoseconds on its clock */
  begun = 0;
  readonly #settings: StressSettings;
  readonly #pipeline: Pipeline;
  readonly #runtime: string;
  readonly #flow = lineFlow();
  readonly #latency;
  readonly #waiting = waiting();
  readonly #utilisation = utilisation();
  readonly #weights = weights();
  readonly #detections;
  readonly #prequential;
  readonly #recoveries = recoveries();
  readonly #selectivity = selectivity();
  /** frames a second, and those missed, of a stream that has frames */
  readonly #frames:
    | { readonly perSecond: number; readonly missed: ReturnType<typeof framesMissed> }
    | undefined;
  #restarts = 0;
  /** edges that may lose something */
  #drops: (TraceEvent & { kind: 'start' })['drops'];

  /** @throws {Error} where a detector is not known */
  constructor(settings: StressSettings, pipeline: Pipeline, runtime: string) {
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#runtime = runtime;
    this.#latency = lineLatency(duration('warmup', settings.warmup));
    this.#detections = detections({ detectors: detectorsOf(settings.detectors) });
    const { framesPerSecond: perSecond } = pipeline.samples as SampleStream;
    this.#frames =
      perSecond === undefined
        ? undefined
        : { perSecond, missed: framesMissed((1e9 * (settings.microbatch + 1)) / perSecond) };
    this.#prequential = prequential({
      labels: settings.labelDelay > 0 ? 'when learned' : 'at once',
      scored: (at, error) => this.#detections.error(at, error),
    });
  }

  add(event: TraceEvent): void {
    if (event.kind === 'start') [this.begun, this.#drops] = [event.start, event.drops];
    if (event.kind === 'restart') this.#restarts++;
    for (const one of this.#folds) one.add(event);
  }

  get weights(): readonly Parameter[] {
    return this.#weights.value();
  }

  /** @param now  nanoseconds on the run's clock */
  live(now: number): LiveFigures {
    const { windowed, samples } = this.#prequential.value();
    return {
      seconds: (now - this.begun) / 1e9,
      flow: this.#flow.value(),
      latency: this.#latency.value(),
      accuracy: samples > 0 ? windowed : undefined,
      stages: this.#utilisation.value().stages,
    };
  }

  report({ gates, ...ending }: Ending): StressReport {
    const { offered, learned, dropped, inFlight, held, violations, here } = this.#flow.value();
    const { latencyMs, serviceMs, predictionMs } = this.#latency.value();
    const { rule, seed, source } = this.#settings;
    const { schedule, samples } = this.#pipeline;
    const scored = this.#prequential.value();
    const { stages: shares } = this.#utilisation.value();
    const changes = (samples as SampleStream).changes?.(offered) ?? [];
    const perSecond = (count: number): number => (ending.seconds > 0 ? count / ending.seconds : 0);
    const final = this.weights;
    const found = this.#detections.value();
    const chosen = this.#selectivity.value();
    const report = {
      ...{ rule: titleOf(rule), schedule: schedule.name, runtime: this.#runtime, source, seed },
      ...{ offered, learned, dropped, inFlight, tallies: { held, violations } },
      ...(this.#drops && {
        edges: this.#drops.map(({ into, overflow }) => ({
          ...{ into, overflow, dropped: dropped.byReason[`${overflow} at edge ${into}`] ?? 0 },
        })),
      }),
      ...{ offeredPerSecond: perSecond(here.offered), learnedPerSecond: perSecond(here.learned) },
      ...{ latencyMs, serviceMs, predictionMs },
      ...(chosen.kept !== null && { kept: keptOfRun(chosen, this.#pipeline.layers.length) }),
      stages: this.#waiting.value().map((stage, i) => ({
        utilisation: shares[i]?.busy ?? 0,
        starved: shares[i]?.starved ?? 0,
        blocked: shares[i]?.blocked ?? 0,
        ...stage,
      })),
      prequential: scored.samples === 0 ? null : scored,
      curve: scored.curve.map(({ at, accuracy }) => [at, accuracy] as const),
      changes: [...changes],
      detections: found,
      scores: detectionScores(found, changes, offered),
      recoveries: this.#recoveries.value(),
      restarts: this.#restarts,
      ...(this.#frames && { frames: { perSecond: this.#frames.perSecond, ...this.#frames.missed.value() } }),
      weightsHash: final.length > 0 ? weightsHash(final) : null,
      ...ending,
    };
    return {
      ...report,
      gates: gateOutcomes(
        gates.map((gate) => readGate(gate)),
        report,
      ),
    };
  }

  get #folds(): readonly { add(event: TraceEvent): void }[] {
    return [
      ...[this.#flow, this.#latency, this.#waiting, this.#utilisation, this.#weights],
      ...[this.#prequential, this.#detections, this.#recoveries, this.#selectivity],
      ...(this.#frames ? [this.#frames.missed] : []),
    ];
  }
}
