import type { Export, ExportFile, NetworkToExport } from './export.ts';
import { arrayFiles } from './npy.ts';
import type { NetworkForm } from './parts/network-form.ts';
import { backpropPython } from './python/backprop.ts';
import { forwardForwardPython } from './python/forward-forward.ts';
import { localPython } from './python/local.ts';
import { predictPython } from './python/predict.ts';
import { weightsPython } from './python/weights.ts';

/** Networks as plain PyTorch, a folder each: `model.py`, `predict.py`, `network.json` and `weights/`, which numpy reads. */
export const pytorch: Export = {
  name: 'pytorch',
  readers: 'PyTorch 1.13 or newer',
  async files(run) {
    const networks = await run.networks();
    return networks.flatMap((network) => filesOf(network, formIn(network)));
  },
};

/** @throws {RangeError} when a script can't say what the network computes */
function formIn({ name, form }: NetworkToExport): NetworkForm {
  if ('refused' in form) throw new RangeError(`network ${name} as PyTorch must be ${form.refused}`);
  return form;
}

function filesOf(network: NetworkToExport, form: NetworkForm): ExportFile[] {
  const { name, rule, seed } = network;
  const { scaling, ...rest } = form;
  const description = { rule, seed, ...rest, scaling };
  const about = `"""The network ${name} of a run of forwardflow, as plain PyTorch: Network().forward(scaled(samples)) scores each class."""\n\n`;
  return [
    { name: `${name}/model.py`, chunks: [about, weightsPython, classes[form.layers.kind]] },
    { name: `${name}/predict.py`, chunks: [predictPython] },
    { name: `${name}/network.json`, chunks: [`${JSON.stringify(description, null, 2)}\n`] },
    ...arrayFiles(network, `${name}/weights`),
  ];
}

const classes: Readonly<Record<NetworkForm['layers']['kind'], string>> = {
  backprop: backpropPython,
  local: localPython,
  ff: forwardForwardPython,
};
