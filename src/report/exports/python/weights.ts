/** What every `model.py` begins with: the network's description, its weights as linear modules, features as it knows them. */
export const weightsPython = `import json
import pathlib

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
NETWORK = json.loads((HERE / "network.json").read_text(encoding="utf-8"))
CLASSES = NETWORK["classes"]
LAYERS = NETWORK["layers"]


def linear(name):
    """An nn.Linear with the arrays of one layer: files have [inputs x units], nn.Linear the transpose."""
    weight = torch.from_numpy(np.load(HERE / "weights" / f"{name}.weight.npy")).T.contiguous()
    bias = torch.from_numpy(np.load(HERE / "weights" / f"{name}.bias.npy"))
    module = nn.Linear(weight.shape[1], weight.shape[0])
    module.weight, module.bias = nn.Parameter(weight), nn.Parameter(bias)
    return module


def scaled(samples):
    """Samples as they lie in a file [n x ...] become the features that were learned from [n x width]."""
    x = np.asarray(samples).reshape(len(samples), -1).astype(np.float64)
    if x.shape[1] != NETWORK["width"]:
        raise ValueError(f"samples must have {NETWORK['width']} features; got {x.shape[1]}")
    scaling = NETWORK["scaling"]
    if "by" in scaling:
        x = x / scaling["by"]
    else:
        low, high = np.array(scaling["low"]), np.array(scaling["high"])
        span = high - low
        x = np.where(span == 0, 0, (x - low) / np.where(span == 0, 1, span))
    return torch.from_numpy(x.astype(np.float32))


def normalised(h):
    """Each row at root mean square 1."""
    return h / torch.sqrt(h.square().mean(1, keepdim=True) + 1e-12)
`;
