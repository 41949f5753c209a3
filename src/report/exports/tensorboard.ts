import { type Export, networkName } from './export.ts';
import { type Figure, tagOf } from './parts/figures.ts';
import { scalarEvents } from './parts/tensorboard-events.ts';

/** Figures as event files of TensorBoard, a folder a network: step is the samples learned from, wall time the run's beginning and the seconds since. */
export const tensorboard: Export = {
  name: 'tensorboard',
  readers: 'tensorboard --logdir DIR',
  async files(run) {
    const begun = run.begun.getTime() / 1000;
    const networks = new Map<string, Figure[]>();
    for (const figure of await run.figures()) {
      const name = networkName(figure.rule, figure.seed);
      const own = networks.get(name) ?? [];
      networks.set(name, own);
      own.push(figure);
    }
    return [...networks].map(([name, figures]) => ({
      name: `${name}/events.out.tfevents.${Math.floor(begun)}.forwardflow`,
      chunks: scalarEvents(
        begun,
        figures.map((figure) => ({
          tag: tagOf(figure),
          step: figure.samples,
          wallTime: begun + figure.seconds,
          value: figure.value,
        })),
      ),
    }));
  },
};
