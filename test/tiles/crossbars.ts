import { ideal } from '../../src/cells/ideal.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import type { TilePlan } from '../../src/tiles/tile.ts';

const converters = { forward: peripheries.aihwkit, backward: peripheries.aihwkit } as const;
const walking = { spread: 0.2, walk: 0.01 };

/** Crossbars that differ in all that a crossbar is made of, by what each stands for. */
export const noisyCrossbars: readonly (readonly [string, TilePlan])[] = [
  ['a crossbar with converters and noise', crossbar({ cell: ideal(), ...converters })],
  [
    'a crossbar of several arrays',
    crossbar({ ...converters, tileRows: 4, tileColumns: 2, weightScale: 0.5 }),
  ],
  [
    'a crossbar of several arrays whose currents are added, with all that wires and amplifiers do',
    crossbar({
      forward: {
        ...peripheries.hardwareAware,
        ...{ noiseManagement: 'average-abs-max', boundManagement: 'iterative-worst-case', inputNoise: 0.01 },
        ...{
          dacRounding: 'stochastic',
          adcRounding: 'stochastic',
          outputNonlinearity: 0.1,
          inputAsymmetry: 0.1,
        },
        ...{ outputNoiseSpread: 0.2, voltageOffset: 0.01, seriesResistance: 0.01, outputBound: 3 },
      },
      ...{ backward: peripheries.standard, tileRows: 3, tileColumns: 2, summation: 'analog', chipSeed: 4 },
    }),
  ],
  [
    'a crossbar with a black box that walks, and backward by its model',
    crossbar({
      ...{ forward: peripheries.aihwkitPreset, backwardRead: 'model', tileRows: 6 },
      unknown: {
        ...{ neuronGain: walking, neuronOffset: walking, mixing: walking, synapseGain: walking },
        ...{ nonReciprocity: 0.1, nonlinearity: 0.5, deadNeurons: 0.2, deadInputs: 0.2, stuckCells: 0.1 },
      },
    }),
  ],
  [
    'a crossbar that breaks, with random feedback and drift compensation',
    crossbar({
      ...{ ...converters, backwardRead: 'random', driftCompensation: 'per-column' },
      damage: { share: 0.2, afterUpdates: 2 },
    }),
  ],
];
