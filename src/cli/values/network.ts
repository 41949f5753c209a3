import {
  blockLocal,
  countMatters,
  type Devices,
  devicesFilled,
  type LabelPlace,
  type LayerPlan,
  make,
  type OptimiserPlan,
  type Plan,
  type ProductsPlan,
  type TilePlan,
  withLabelColumns,
} from '../../extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  type DatasetPipeline,
  forwardForward,
  gpipe,
  inline,
  labelOverlay,
  monoForward,
  type Pipeline,
  pixels,
  type Runtime,
  sgd,
  softmaxReadout,
  stream,
  translate,
  workers,
} from '../../index.ts';
import { measuredCosts, type Schedule } from '../../simulation.ts';
import { sendsPulses } from '../analog/analog-settings.ts';
import { crossbarOf } from '../analog/crossbar-of.ts';
import { layerOf, ownMember } from '../members/members.ts';
import { kindOf, learnsOf, showsLabels } from '../settings/rules.ts';
import { scheduleNamed } from '../settings/schedules.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { virtualMachineOf } from '../settings/virtual-machine.ts';
import { cutIntoBlocks } from './blocks.ts';
import { goodnessOf, lossOf, negativesOf } from './ff-parts.ts';
import { selectionOf } from './selections.ts';

/** What a run is made on. */
export interface Ground {
  readonly samples: Dataset;
  /** predicted at the end */
  readonly test?: Dataset | undefined;
  /** predicted on the way, and not learned from */
  readonly heldOut?: Dataset | undefined;
  readonly products: ProductsPlan;
  /** where Forward-Forward's labels go; left out, over the first pixels */
  readonly labelPlace?: LabelPlace | undefined;
}

/** The one place where the names of settings become values of the library. */
export function pipelineOf(settings: TrainSettings, { labelPlace, ...ground }: Ground): DatasetPipeline {
  // Forward-Forward alone shows labels to its layers
  const placed = (one: Dataset): Dataset =>
    labelPlace === 'front' && showsLabels(settings) ? withLabelColumns(one) : one;
  const samples = placed(ground.samples);
  const test = ground.test && placed(ground.test);
  const heldOut = ground.heldOut && placed(ground.heldOut);
  const { products } = ground;
  const { capacity, microbatch, epochs, seed, running, shift, inputDropout } = settings;
  const tile = tileOf(settings);
  const own = ownLayers(settings);
  const kind = kindOf(settings.rule);
  const select = selectionOf(settings);
  const shared = {
    ...(tile && { tile }),
    ...(settings.microbatchTime !== undefined && { microbatchTime: settings.microbatchTime }),
    ...(test && { test }),
    ...(heldOut && { heldOut: { samples: heldOut, every: settings.evaluateEvery } }),
    ...{ samples, products, capacity, microbatch, epochs, seed, runningEvery: running, inputDropout },
    ...(settings.microbatches !== undefined && { microbatches: settings.microbatches }),
    ...(settings.prequential && { prequential: true, runningEvery: 0 }),
    ...(shift === 0 ? {} : { augmentation: translate({ pixels: shift }) }),
  };
  if (kind === 'backprop') {
    const hidden = own ?? settings.layers.map((units) => backprop({ units }));
    return {
      ...shared,
      encoding: pixels(),
      layers: [...hidden, crossEntropyHead({ classes: samples.classes, select })],
      optimiser: optimiserOf(settings, 0.001, 0.1),
      ...scheduleOf(settings),
    };
  }
  if (kind === 'mono-forward') {
    const { dropout, normalise, labelSmoothing } = settings;
    return {
      ...shared,
      encoding: pixels(),
      layers:
        own ??
        settings.layers.map((units) => monoForward({ units, dropout, normalise, labelSmoothing, select })),
      optimiser: optimiserOf(settings, 0.003, 0.5),
      ...scheduleOf(settings),
    };
  }
  if (kind === 'block-local') {
    const { dropout, normalise, labelSmoothing } = settings;
    const cut = cutIntoBlocks(settings.layers, settings.blocks);
    return {
      ...shared,
      encoding: pixels(),
      layers: cut.map((units) => blockLocal({ units, dropout, normalise, labelSmoothing, select })),
      optimiser: optimiserOf(settings, 0.003, 0.5),
      ...scheduleOf(settings),
    };
  }
  const labelled = showsLabels(settings);
  const strength = settings.labelStrength;
  return {
    ...shared,
    encoding: labelled ? labelOverlay({ classes: samples.classes, strength }) : pixels({ normalised: true }),
    negatives: negativesOf(settings),
    layers: own ?? forwardForwardLayers(settings, samples.classes),
    optimiser: optimiserOf(settings, settings.loss === 'logistic' ? 0.004 : 0.002, 1),
    ...scheduleOf(settings),
    predictBy: !labelled || own?.some(({ predicts }) => predicts === 'onePass') ? 'onePass' : 'goodness',
  };
}

/** What a rule runs by, and how many microbatches stand behind one update: the schedule asked for, where it serves the rule. */
function scheduleOf({ schedule, flush, rule }: TrainSettings): Pick<Pipeline, 'schedule' | 'flush'> {
  const asked = scheduleNamed(schedule);
  const learns = learnsOf(rule);
  if (!asked.schedule.serves.includes(learns)) {
    return learns === 'locally' ? { schedule: stream() } : { schedule: blocking(), flush: 1 };
  }
  const flushes = asked.schedule.updates !== 'microbatch';
  if (learns === 'locally' && !flushes) return { schedule: asked.plan() };
  return { schedule: asked.plan(), flush: flush ?? (flushes ? 4 : 1) };
}

/** The hidden layers by a rule of one's own, where it is one. */
function ownLayers({ rule, layers }: TrainSettings): LayerPlan[] | undefined {
  if (layerOf(rule) === undefined) return undefined;
  return layers.map((units) => ownMember('rule', rule)?.plan({ units }) as Plan<unknown, never> as LayerPlan);
}

function forwardForwardLayers(settings: TrainSettings, classes: number): LayerPlan[] {
  const { layers, readout, peer } = settings;
  const hidden = layers.map((units, index) =>
    forwardForward({
      units,
      goodness: goodnessOf(settings),
      loss: lossOf(settings, units),
      ...(peer === undefined ? {} : { peer: { strength: peer } }),
      dropout: settings.dropout,
      select: selectionOf(settings),
      neutral: readout,
      feature: readout && (index > 0 || layers.length === 1),
    }),
  );
  const head = {
    classes,
    optimiser: sgd({
      ...{ learningRate: 0.1, momentum: sendsPulses(settings) ? 0 : 0.9 },
      ...{ constantFor: settings.constantFor, decay: settings.decay },
    }),
  };
  return readout ? [...hidden, softmaxReadout(head)] : hidden;
}

/** The tile that settings name, where it is no digital one. */
function tileOf(settings: TrainSettings): TilePlan | undefined {
  if (settings.tile === 'crossbar') return crossbarOf(settings);
  return ownMember('tile', settings.tile)?.plan() as TilePlan | undefined;
}

/**
 * @param usual   learning rate, where nobody says
 * @param plainly  the same of steps by rate × gradient alone, as pulses make them
 */
function optimiserOf(settings: TrainSettings, usual: number, plainly: number): OptimiserPlan {
  const pulsed = sendsPulses(settings);
  const { optimiser = pulsed ? 'sgd' : 'adam', constantFor, decay, weightDecay } = settings;
  const own = ownMember('optimiser', optimiser);
  if (own !== undefined)
    return own.plan(
      settings.learningRate === undefined ? {} : { learningRate: settings.learningRate },
    ) as OptimiserPlan;
  const { learningRate = pulsed ? plainly : usual, momentum = pulsed ? 0 : 0.9 } = settings;
  const shared = { learningRate, constantFor, decay, weightDecay };
  return optimiser === 'adam' ? adam(shared) : sgd({ ...shared, momentum });
}

/**
 * Devices: as many as asked for, or as many as the runtime chooses, at most one a hidden layer; a head or readout shares the
 * last one. Where a stage has several hidden layers, what they cost is measured first.
 */
export async function runtimeOf(settings: TrainSettings, pipeline: Pipeline): Promise<Runtime> {
  const { runtime } = settings;
  const { count, why, several } = await devicesOf(settings, pipeline);
  if (runtime === 'virtual') return virtualMachineOf(settings, count);
  if (runtime === 'inline') return inline({ stages: count });
  if (!several || count === 1) return workers({ count, why });
  const schedule = await make<Schedule>(pipeline.schedule);
  // layers are timed one a stage
  const timed = schedule.layout === undefined ? pipeline : { ...pipeline, schedule: gpipe() };
  return workers({ count, why, costs: await measuredCosts(timed) });
}

/** How many devices a pipeline runs on, why, and whether some stage has several hidden layers. */
export async function devicesOf(
  { runtime, rule, workers: asked, layers }: TrainSettings,
  { schedule: plan, layers: plans }: Pipeline,
): Promise<Devices & { readonly several: boolean }> {
  const schedule = await make<Schedule>(plan);
  const filled = devicesFilled(schedule, plans.length);
  // a block is as little to be cut as a layer
  const hidden = kindOf(rule) === 'block-local' ? plans.length : layers.length;
  const most = Math.min(filled, hidden);
  const offer = { layers: hidden, most, countMatters: countMatters(schedule) };
  const chosen =
    asked === undefined && runtime === 'workers' ? workers().devices(offer) : { count: asked ?? most };
  const stages = chosen.count * Math.floor(plans.length / filled);
  return { ...chosen, several: stages < hidden };
}
