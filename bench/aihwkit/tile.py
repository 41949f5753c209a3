"""How long IBM aihwkit's CPU tile takes, for bench/analog.ts, which starts it and asks for one batch after the other.

Development only. Python 3.11 with torch 2.10.0 and aihwkit 1.1.0 from PyPI:
    pip install torch==2.10.0 && pip install --no-deps aihwkit==1.1.0

    python tile.py FOLDER ROWS INPUTS UNITS

FOLDER holds x.f32 [rows x inputs], delta.f32 [rows x units] and weights.f32 [inputs x units]. Each line of standard input is a JSON
object with cell, io, rate and sign; the answer holds wall and CPU time in ms of reading the batch, and of updating by it.
"""

import json
import sys
import time
from pathlib import Path

import torch
from aihwkit.simulator.configs import SingleRPUConfig
from aihwkit.simulator.parameters import IOParameters
from aihwkit.simulator.presets.configs import GokmenVlasovPreset, ReRamSBPreset
from aihwkit.simulator.presets.utils import PresetIOParameters
from aihwkit.simulator.tiles.analog import AnalogTile
from importlib.metadata import version

folder = Path(sys.argv[1])
rows, inputs, units = map(int, sys.argv[2:5])
torch.set_num_threads(1)


def matrix(name, height, width):
    return torch.frombuffer(bytearray((folder / name).read_bytes()), dtype=torch.float32).reshape(height, width)


x = matrix("x.f32", rows, inputs)
delta = matrix("delta.f32", rows, units)
weights = matrix("weights.f32", inputs, units).T.contiguous()
cells = {"GokmenVlasov": GokmenVlasovPreset, "ReRamSB": ReRamSBPreset}
peripheries = {"aihwkit": IOParameters, "aihwkitPreset": PresetIOParameters}
made = {}


def tile(cell, io, rate):
    key = (cell, io, rate)
    if key not in made:
        preset = cells[cell]()
        config = SingleRPUConfig(
            device=preset.device, forward=peripheries[io](), backward=peripheries[io](), update=preset.update
        )
        made[key] = AnalogTile(units, inputs, config)
        made[key].set_learning_rate(rate)
        made[key].set_weights(weights)
    return made[key]


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall": 1e3 * (time.perf_counter() - wall), "cpu": 1e3 * (time.process_time() - cpu)}


print(json.dumps({"aihwkit": version("aihwkit"), "torch": torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    own = tile(asked["cell"], asked["io"], asked["rate"])
    signed = delta * asked["sign"]
    answer = {"read": timed(lambda: own.forward(x)), "update": timed(lambda: own.update(x, signed))}
    print(json.dumps(answer), flush=True)
