import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { lastValueFrom } from 'rxjs';
import { nearestPath } from '../../extend.ts';
import { firstOf, measure, type Pipeline, run, throughput, workers } from '../../index.ts';
import { columns, percent } from '../../report.ts';
import {
  type Calibration,
  calibrate as calibratePipeline,
  learningOnly,
  make,
  median,
  type Schedule,
  scenarioOf,
  simulate,
} from '../../simulation.ts';
import { complain, print, printJson } from '../outlet.ts';
import { readRunData } from '../running/run-data.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { kindOf } from '../settings/rules.ts';
import { pipelineFlags, type TrainSettings, trainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';
import { pipelineOf } from '../values/network.ts';
import { productsOf } from '../values/products.ts';
import { selectionOf } from '../values/selections.ts';

/** One run that the calibration did not see: what was predicted of it, and what it did. */
interface Check {
  readonly configuration: string;
  /** samples per second */
  readonly predicted: number;
  readonly measured: number;
  /** |predicted − measured| / measured */
  readonly error: number;
  /** (most − least) / median of the repetitions; null where there was one */
  readonly spread: number | null;
}

/** The document of `calibrate`, and the file that `simulate --profile` reads. */
interface CalibrationDocument extends Calibration {
  readonly rule: string;
  readonly tile: string;
  readonly checks: readonly Check[];
  readonly meanError: number | null;
  /** mean of the checks' spreads: a machine that is not quiet shows here, and then the mean error says little */
  readonly meanSpread: number | null;
  readonly environment: { readonly node: string; readonly cores: number };
}

/** `forwardflow calibrate`: what layers and links cost here, and how well that predicts runs it has not seen. */
export function calibrate(): Command {
  const command = new Command('calibrate').description(
    'measure what layers and links cost on this machine, write a profile for simulate, and check it on runs it has not seen',
  );
  return addFlags(command, pipelineFlags)
    .option('--out <file>', 'file for the profile', 'profile.json')
    .option('--rounds <number>', 'runs of each configuration, interleaved; the median is used', '3')
    .option('--no-check', 'do not check the profile against other runs')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json, out, check, rounds: asked, ...flags }) => {
      endOnSignals();
      const wanted = await readSettings(trainSettings, flags);
      if (selectionOf(wanted))
        complain(
          'B and W are measured on all samples, whatever is selected: simulate --kept says what that saves',
        );
      // a profile of a share that nobody knows would be scaled by --kept once more
      const settings = { ...wanted, select: 'all' };
      if (settings.runtime !== 'workers')
        throw new Error(`runtime must be workers, or left out, to calibrate; got '${settings.runtime}'`);
      const rounds = Number(asked);
      if (!Number.isInteger(rounds) || rounds < 1)
        throw new Error(`rounds must be a whole number, 1 or more; got '${asked}'`);
      const document = await calibrated(settings, check ? rounds : 0);
      await writeFile(out, `${JSON.stringify(document, null, 2)}\n`).catch((error: Error) => {
        throw new Error(
          `profile ${out} must be a file that can be written; got ${error.message}${nearestPath(dirname(out), { folders: true })}`,
        );
      });
      json ? printJson(document) : print(`${text(document)}\nprofile: ${out}\n`);
    });
}

/** mean spread from which on no error is promised: on two quiet cores repetitions differ by less */
const quiet = 0.15;

/** microbatches of each run that is checked */
const length = 300;

async function calibrated(settings: TrainSettings, rounds: number): Promise<CalibrationDocument> {
  const { train: samples, document } = await readRunData(settings);
  const products = await productsOf(settings);
  const few = firstOf(samples, Math.min(samples.count, length * settings.microbatch));
  const pipeline = (more: Partial<TrainSettings> = {}): Pipeline =>
    learningOnly(
      pipelineOf({ ...settings, ...more }, { samples: few, products, labelPlace: document.labelPlace }),
    );
  // local layers are calibrated in a stream; backward ones blocking, the schedule that asks least of them
  const base =
    kindOf(settings.rule) === 'backprop' ? pipeline({ schedule: 'blocking', flush: 1 }) : pipeline();
  const calibration = await calibratePipeline(base, length);
  const runs = rounds === 0 ? [] : configurations(settings, calibration);
  const measured = runs.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, one] of runs.entries()) measured[i].push(await rateOf(pipeline(one.settings), one));
  }
  const checks: Check[] = [];
  for (const [i, one] of runs.entries()) {
    const { schedule: plan, flush = 1, capacity = 2 } = pipeline(one.settings);
    const schedule = await make<Schedule>(plan);
    const microbatches = Math.ceil(few.count / settings.microbatch);
    const shape = { schedule, workers: one.workers, capacity, microbatches, flush, shares: one.shares };
    const { makespan } = simulate(scenarioOf(calibration, shape), { replications: 1 });
    const predicted = few.count / makespan;
    const seen = median(measured[i]);
    checks.push({
      configuration: one.name,
      predicted,
      measured: seen,
      error: Math.abs(predicted - seen) / seen,
      spread: rounds < 2 ? null : (Math.max(...measured[i]) - Math.min(...measured[i])) / seen,
    });
  }
  const mean = (values: readonly (number | null)[]): number | null =>
    values.length === 0 || values.includes(null)
      ? null
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  const meanError = mean(checks.map(({ error }) => error));
  const meanSpread = mean(checks.map(({ spread }) => spread));
  return {
    ...calibration,
    ...{ rule: kindOf(settings.rule), tile: products.name, checks, meanError, meanSpread },
    environment: { node: process.version, cores: availableParallelism() },
  };
}

interface Configured {
  readonly name: string;
  readonly settings: Partial<TrainSettings>;
  readonly workers: number;
  /** by which layers are shared out over the workers */
  readonly shares: readonly number[];
}

/** Runs that differ from the calibrating one in workers, cut, capacity or schedule. */
function configurations(settings: TrainSettings, { layers }: Calibration): Configured[] {
  const shares = layers.map(({ F, B, W, U }) => F + B + W + U);
  const backwards = [...shares].reverse().map((_, i) => 2 ** (layers.length - i));
  const two = Math.min(2, layers.length);
  if (kindOf(settings.rule) === 'backprop') {
    const on = (
      name: string,
      schedule: TrainSettings['schedule'],
      flush: number,
      workers: number,
    ): Configured => ({
      ...{ name: `${name}, ${workers} workers`, workers, shares },
      settings: { schedule, flush },
    });
    return [
      { ...on('blocking', 'blocking', 1, 1), name: 'blocking, 1 worker' },
      on('gpipe, flush 8', 'gpipe', 8, two),
      on('1f1b, flush 4', '1f1b', 4, two),
      on('1f1b, flush 16', '1f1b', 16, two),
      on('zb-h1, flush 8', 'zb-h1', 8, two),
      on('pipedream', 'pipedream', 1, two),
    ];
  }
  return [
    { name: '1 worker', settings: {}, workers: 1, shares },
    { name: '2 workers, capacity 1', settings: { capacity: 1 }, workers: two, shares },
    { name: '2 workers, capacity 8', settings: { capacity: 8 }, workers: two, shares },
    { name: '2 workers, cut after the first layer', settings: {}, workers: two, shares: backwards },
    {
      name: '2 workers, cut before the last layer',
      settings: {},
      workers: two,
      shares: [...backwards].reverse(),
    },
  ];
}

async function rateOf(pipeline: Pipeline, { workers: count, shares }: Configured): Promise<number> {
  const events = run(pipeline, workers({ count, costs: shares }));
  const { rate } = await lastValueFrom(events.pipe(measure({ rate: throughput })));
  return rate.samplesPerSecond;
}

function text(document: CalibrationDocument): string {
  const { layers, linkLatency, overhead, contention, checks, meanError, meanSpread } = document;
  const us = (time: number): string => (time / 1e3).toFixed(0);
  const costs = columns(
    ['µs a microbatch', 'F', 'B', 'W', 'U'],
    layers.map(({ name, F, B, W, U }) => [name, us(F), us(B), us(W), us(U)]),
  );
  const rest = `link latency ${us(linkLatency)} µs; ${us(overhead)} µs around each op; ops last ${contention.toFixed(2)} × as long when two stages work`;
  if (meanError === null) return `${costs}\n${rest}`;
  const table = columns(
    ['samples/s', 'predicted', 'measured', 'error', 'spread'],
    checks.map(({ configuration, predicted, measured, error, spread }) => [
      configuration,
      predicted.toFixed(0),
      measured.toFixed(0),
      percent(error),
      spread === null ? '–' : percent(spread),
    ]),
  );
  const busy =
    meanSpread !== null && meanSpread > quiet
      ? `; the machine was busy: the same run differed by ${percent(meanSpread)} from one repetition to another, so no error is promised`
      : '';
  return `${costs}\n${rest}\n\n${table}\nmean error ${percent(meanError)}${busy}`;
}
