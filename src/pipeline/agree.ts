import { must } from '../core/check.ts';
import { isDataset, numbersOf } from '../data/samples.ts';
import type { LayerPlan } from '../layers/layer.ts';
import { mustHaveHorizon } from '../optimisers/optimiser.ts';
import { microbatchesOf } from './length.ts';
import { mustTakeShortlist } from './must-shortlist.ts';
import type { ResolvedPipeline } from './resolved.ts';
import { settlingOf } from './settles.ts';

/**
 * Checks that the values of a pipeline fit together, before anything starts.
 *
 * @throws {RangeError} with one sentence about the first two that don't
 */
export function mustAgree(pipeline: ResolvedPipeline): void {
  checkLayers(pipeline);
  settlingOf(pipeline.layers);
  checkReadout(pipeline);
  checkCollaboration(pipeline);
  checkEncoding(pipeline);
  checkScale(pipeline);
  checkNegatives(pipeline);
  checkPredictions(pipeline);
  mustTakeShortlist(pipeline);
  checkEnd(pipeline);
  checkLine(pipeline);
  pipeline.augmentation?.mustSuit(pipeline.samples.width);
}

const namesOf = (layers: readonly LayerPlan[]) => layers.map(({ name }) => name).join(', ');

/** Bytes mean 0 … 1 already. */
function checkScale({ scale, samples }: ResolvedPipeline): void {
  must(
    scale === 'none' || numbersOf(samples) === 'floats',
    'scale',
    `'none' or left out where features are bytes, as of ${samples.name}`,
    scale,
  );
}

/** Forward-Forward layers send pairs of rows, others single ones: one rule from the bottom to the layer below a readout. */
function checkLayers({ layers, samples }: ResolvedPipeline): void {
  const rules = new Set(layers.map(({ learns }) => learns));
  must(rules.size === 1, 'layers', 'all local or all backward', namesOf(layers));
  const between = layers[0].relays !== true && layers.at(-1)?.relays !== true;
  must(between, 'layers', 'such that one that only relays lies between others', namesOf(layers));
  const headed = layers[0].learns === 'locally' || layers.at(-1)?.predicts === 'onePass';
  must(
    headed,
    'layers',
    'topped by a head, as crossEntropyHead(), where they learn backward',
    namesOf(layers),
  );
  const sent = new Set(layers.map(({ sends }) => sends));
  const broadcast = "all by direct feedback below crossEntropyHead({ sends: 'error' }), or none";
  must(
    sent.size === 1,
    'layers',
    broadcast,
    layers.map(({ name, sends }) => name + (sends ? ', which sends its error' : '')).join('; '),
  );
  const choosing = layers.some(({ sendsChosen }) => sendsChosen);
  const all = choosing ? layers.slice(0, -1).find(({ takesChosen }) => takesChosen !== true) : undefined;
  must(
    all === undefined,
    'layers below a head that leaves samples out',
    'able to go back for some samples alone (takesChosen)',
    all?.name,
  );
  const below = layers.slice(0, -1).filter(({ predicts }) => predicts === 'onePass').length;
  const top = layers[layers.length - 1];
  const fits = below === 0 ? layers.length === 1 || !readsLabels(layers[0], top) : top.predicts === 'onePass';
  const judging = layers.filter(({ relays }) => relays !== true).length;
  const alike = below === 0 || below === judging - 1;
  must(fits && alike, 'layers', 'all of one rule below a readout', namesOf(layers));
  for (const { classes, name } of layers) {
    const agrees = classes === undefined || classes === samples.classes;
    must(agrees, `classes of layer '${name}'`, `${samples.classes}, those of the samples`, classes);
  }
}

/** Whether a layer of single rows lies on one of pairs. */
function readsLabels(bottom: LayerPlan, top: LayerPlan): boolean {
  return bottom.input === 'labelled' && top.input === 'plain' && top.reads !== 'features';
}

function checkReadout({ layers }: ResolvedPipeline): void {
  const readout = layers.findIndex(({ reads }) => reads === 'features');
  if (readout < 0) return;
  const { name } = layers[readout];
  const sent = layers.slice(0, readout).some(({ collects }) => collects);
  must(sent, `layers below '${name}'`, 'at least one with neutral and feature set', 'none');
}

/** What comes with a microbatch to a layer that collaborates is the sum over all layers below. */
function checkCollaboration({ layers }: ResolvedPipeline): void {
  const hidden = layers.filter(({ reads }) => reads !== 'features');
  const joined = hidden.filter(({ collaborates }) => collaborates).length;
  must(
    joined === 0 || joined === hidden.length,
    'layers that collaborate',
    `all ${hidden.length} below the readout or none`,
    joined,
  );
}

/** The label pixels of the encoding are those that the first layer writes over, one a class. */
function checkEncoding({ encoding, layers, samples, negatives }: ResolvedPipeline): void {
  const { name, labels = 0 } = encoding;
  const [{ input, clamps, name: layer }] = layers;
  const { width, classes } = samples;
  const overlay = `labelOverlay({ classes: ${classes} })`;
  if (negatives?.rejects === 'images' && input === 'labelled') {
    must(labels === 0, 'encoding', `pixels() where negatives are images, as '${negatives.name}'`, name);
    return;
  }
  must(
    input !== 'labelled' || labels > 0,
    'encoding',
    `${overlay} for layers that compare labels, as ${layer}`,
    name,
  );
  must(
    (input !== 'plain' && !clamps) || labels === 0,
    'encoding',
    `pixels() for layers that read no labels, as ${layer}`,
    name,
  );
  if (labels === 0) return;
  must(labels === classes, `classes of encoding '${name}'`, `${classes}, those of the samples`, labels);
  must(width > labels, 'width of the samples', `more than ${labels}, the label pixels`, width);
}

function checkNegatives({ negatives, layers, samples }: ResolvedPipeline): void {
  const [{ input, clamps, name }] = layers;
  const got = negatives?.name;
  must(
    (input !== 'labelled' && !clamps) || negatives !== undefined,
    'negatives',
    `given for layers that reject, as ${name}`,
    got,
  );
  must(
    input !== 'plain' || negatives === undefined,
    'negatives',
    `left out where layers reject nothing, as ${name}`,
    got,
  );
  if (negatives === undefined) return;
  if (negatives.rejects === 'images') {
    checkImages(layers, negatives.name);
    return;
  }
  must(samples.classes >= 2, 'classes', '2 or more for a label to be wrong', samples.classes);
  if (negatives.asks === undefined) return;
  const answered =
    negatives.asks.purpose === 'goodness' || layers.some(({ predicts }) => predicts === 'onePass');
  must(answered, 'layers', `topped by a readout for negatives '${got}'`, namesOf(layers));
}

/** Without a label in the input a readout must tell the classes. */
function checkImages(layers: ResolvedPipeline['layers'], negatives: string): void {
  const bottom = layers.find(({ takesPairs, reads }) => !takesPairs && reads !== 'features');
  must(bottom === undefined, `layers for negatives '${negatives}'`, 'such as takesPairs says', bottom?.name);
  const read = layers.some(({ predicts }) => predicts === 'onePass');
  must(read, 'layers', `topped by a readout for negatives '${negatives}', which are images`, namesOf(layers));
}

function checkPredictions({
  predictBy,
  prequential,
  runningEvery,
  layers,
  negatives,
}: ResolvedPipeline): void {
  const onePass = layers.some(({ predicts }) => predicts === 'onePass');
  must(
    predictBy !== 'onePass' || onePass,
    'predictBy',
    `'goodness' where no layer predicts in one pass`,
    predictBy,
  );
  must(
    predictBy !== 'goodness' || layers[0].input !== 'plain',
    'predictBy',
    `'onePass' for layers that read no labels, as ${layers[0].name}`,
    predictBy,
  );
  must(
    predictBy !== 'goodness' || negatives?.rejects !== 'images',
    'predictBy',
    `'onePass' where negatives are images, as '${negatives?.name}'`,
    predictBy,
  );
  must(
    !prequential || runningEvery === 0,
    'runningEvery',
    '0 or left out where prequential predicts every sample',
    runningEvery,
  );
}

/** An open line, label delay and samples left out are for endless samples, predicted before they are learned from. */
function checkLine({ line, labelDelay, prequential, unusable, samples, ...rest }: ResolvedPipeline): void {
  const { negatives, test, runningEvery } = rest;
  const ends = isDataset(samples);
  must(labelDelay === 0 || prequential, 'labelDelay', '0 or left out without prequential', labelDelay);
  must(labelDelay === 0 || !ends, 'labelDelay', '0 or left out for a dataset', labelDelay);
  must(unusable === 'refuse' || !ends, 'unusable', "'refuse' or left out for a dataset", unusable);
  if (line === undefined) return;
  must(!ends, 'samples of an open line', 'endless', samples.name);
  must(test === undefined, 'test', 'left out with an open line', test?.name);
  must(runningEvery === 0, 'runningEvery', '0 or left out with an open line', runningEvery);
  const asks = negatives?.asks !== undefined;
  must(!asks, 'negatives of an open line', 'drawn from what has come already', negatives?.name);
}

/** What needs an end, or epochs, has them. */
function checkEnd(pipeline: ResolvedPipeline): void {
  const { samples, heldOut, test, layers, optimiser } = pipeline;
  if (isDataset(samples)) return;
  must(
    heldOut === undefined,
    'heldOut',
    'left out where samples never end: it counts epochs',
    heldOut?.samples.name,
  );
  if (microbatchesOf(pipeline) !== Number.POSITIVE_INFINITY) return;
  must(
    test === undefined,
    'test',
    'left out where samples never end, unless microbatches is given',
    test?.name,
  );
  const used = [optimiser, ...layers.map(({ options }) => options.optimiser)];
  for (const plan of used) if (plan) mustHaveHorizon(plan, Number.POSITIVE_INFINITY);
}
