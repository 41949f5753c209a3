import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  forwardForward,
  gpipe,
  hardLabel,
  inline,
  interleaved,
  type LayerPlan,
  type LossPlan,
  labelOverlay,
  laggedLabel,
  logistic,
  meanSquares,
  measuredCosts,
  monoForward,
  type NegativesPlan,
  type OptimiserPlan,
  oneFOneB,
  type Pipeline,
  pipedream,
  pixels,
  type Runtime,
  sgd,
  softmaxReadout,
  stream,
  sumSquares,
  swish,
  symba,
  type TilePlan,
  translate,
  workers,
  wrongLabel,
  zbH1,
  zbH2,
  zbV,
} from '../../index.ts';

import type { TrainSettings } from '../settings/train-settings.ts';
import { virtualMachineOf } from '../settings/virtual-machine.ts';

/** What a run is made on. */
export interface Ground {
  readonly samples: Dataset;
  /** predicted at the end */
  readonly test?: Dataset | undefined;
  /** predicted on the way, and not learned from */
  readonly heldOut?: Dataset | undefined;
  readonly tile: TilePlan;
}

/** The one place where the names of settings become values of the library. */
export function pipelineOf(settings: TrainSettings, { samples, test, heldOut, tile }: Ground): Pipeline {
  const { capacity, microbatch, epochs, seed, running, shift, inputDropout } = settings;
  const shared = {
    ...(test && { test }),
    ...(heldOut && { heldOut: { samples: heldOut, every: settings.evaluateEvery } }),
    ...{ samples, tile, capacity, microbatch, epochs, seed, runningEvery: running, inputDropout },
    ...(shift === 0 ? {} : { augmentation: translate({ pixels: shift }) }),
  };
  if (settings.rule === 'backprop') {
    const hidden = settings.layers.map((units) => backprop({ units }));
    return {
      ...shared,
      encoding: pixels(),
      layers: [...hidden, crossEntropyHead({ classes: samples.classes })],
      optimiser: optimiserOf(settings, 0.001),
      ...scheduleOf(settings),
    };
  }
  if (settings.rule === 'mono-forward') {
    const { dropout, normalise, labelSmoothing } = settings;
    return {
      ...shared,
      encoding: pixels(),
      layers: settings.layers.map((units) => monoForward({ units, dropout, normalise, labelSmoothing })),
      optimiser: optimiserOf(settings, 0.003),
      schedule: stream(),
    };
  }
  return {
    ...shared,
    encoding: labelOverlay({ classes: samples.classes, strength: settings.labelStrength }),
    negatives: negativesOf(settings),
    layers: forwardForwardLayers(settings, samples.classes),
    optimiser: optimiserOf(settings, settings.loss === 'logistic' ? 0.004 : 0.002),
    schedule: stream(),
    predictBy: 'goodness',
  };
}

const schedules = {
  blocking,
  gpipe,
  '1f1b': oneFOneB,
  'interleaved-1f1b': interleaved,
  'zb-h1': zbH1,
  'zb-h2': zbH2,
  'zb-v': zbV,
  pipedream,
};

/** What backprop runs by, and how many microbatches stand behind one update. */
function scheduleOf({ schedule, flush }: TrainSettings): Pick<Pipeline, 'schedule' | 'flush'> {
  const each = schedule === 'blocking' || schedule === 'pipedream';
  return { schedule: schedules[schedule](), flush: flush ?? (each ? 1 : 4) };
}

function forwardForwardLayers(settings: TrainSettings, classes: number): LayerPlan[] {
  const { layers, readout, peer } = settings;
  const hidden = layers.map((units, index) =>
    forwardForward({
      units,
      goodness: settings.goodness === 'mean' ? meanSquares() : sumSquares(),
      loss: lossOf(settings, units),
      ...(peer === undefined ? {} : { peer: { strength: peer } }),
      dropout: settings.dropout,
      neutral: readout,
      feature: readout && (index > 0 || layers.length === 1),
    }),
  );
  const head = {
    classes,
    optimiser: sgd({
      ...{ learningRate: 0.1, momentum: 0.9, constantFor: settings.constantFor, decay: settings.decay },
    }),
  };
  return readout ? [...hidden, softmaxReadout(head)] : hidden;
}

/** Of the goodness of all layers negatives are drawn as sharply as the first layer draws them of its own. */
function negativesOf(settings: TrainSettings): NegativesPlan {
  const { negatives, lag, layers } = settings;
  if (negatives === 'hard') return hardLabel();
  if (negatives === 'uniform') return wrongLabel();
  const late = lag === undefined ? {} : { lag };
  if (negatives === 'lagged-readout') return laggedLabel({ of: 'readout', ...late });
  return laggedLabel({
    of: 'goodness',
    sharpness: Number(lossOf(settings, layers[0]).options.alpha),
    ...late,
  });
}

function lossOf({ loss, goodness, alpha, theta }: TrainSettings, units: number): LossPlan {
  const sum = goodness === 'sum';
  if (loss === 'swish') return swish({ alpha: alpha ?? (sum ? 6 / units : 6) });
  if (loss === 'symba') return symba({ alpha: alpha ?? (sum ? 25 / units : 25) });
  return logistic({ alpha: alpha ?? (sum ? 1 : 10), theta: theta ?? (sum ? units : 2) });
}

function optimiserOf(settings: TrainSettings, usual: number): OptimiserPlan {
  const { optimiser, learningRate = usual, momentum = 0.9, constantFor, decay, weightDecay } = settings;
  const shared = { learningRate, constantFor, decay, weightDecay };
  return optimiser === 'adam' ? adam(shared) : sgd({ ...shared, momentum });
}

/**
 * Stages: as many as asked for, or one a hidden layer; a head or readout shares the last one. By some schedules a worker has
 * two, and the head may have one of its own. Where a stage has several hidden layers, what they cost is measured first.
 */
export async function runtimeOf(settings: TrainSettings, pipeline: Pipeline): Promise<Runtime> {
  const { runtime, layers } = settings;
  const two = hasTwoStages(settings);
  const count = deviceCountOf(settings);
  if (runtime === 'virtual') return virtualMachineOf(settings, count);
  if (runtime === 'inline') return inline({ stages: count });
  const shares = count > 1 && (two ? 2 * count : count) < layers.length;
  if (!shares) return workers({ count });
  // layers are timed one a stage
  return workers({ count, costs: await measuredCosts(two ? { ...pipeline, schedule: gpipe() } : pipeline) });
}

/** Devices: as many as asked for, or one a hidden layer, or one for two layers by schedules that give a device two stages. */
export function deviceCountOf(settings: TrainSettings): number {
  const { workers: asked, layers } = settings;
  if (asked !== undefined) return asked;
  return hasTwoStages(settings) ? Math.max(1, Math.floor((layers.length + 1) / 2)) : layers.length;
}

function hasTwoStages({ schedule }: TrainSettings): boolean {
  return schedule === 'interleaved-1f1b' || schedule === 'zb-v';
}
