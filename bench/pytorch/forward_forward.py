"""Forward-Forward in PyTorch on the CPU, by hand: no autograd, no allocation in a step, every output preallocated.

The line that forwardflow has to beat, so it takes every shortcut that forwardflow takes, and those of PyTorch:

  - positive and negative rows of an image share the first layer's product and gradient: Z = X W, and label c adds a W[c];
    the gradient is X'(d+ + d-) and, in the label rows, one-hot' d
  - hard negatives are drawn from the goodness of the ten labels, and the two rows wanted are then gathered from those ten
  - images are scaled to root mean square 1 once, when they are loaded; a step gathers rows of floats
  - every weight and bias lives in one vector, over which Adam goes in five in-place operations a chunk (see Adam)
  - no loss is computed, only its slope
  - with --select S a layer learns only from images whose slope is at least the share S of the steepest: their rows are copied
    side by side by index_select into a preallocated buffer (faster than a boolean mask, which allocates), and products
    run over them alone; a layer that keeps none makes no product and no step

One sample is one training image, for which every layer has learned from a positive and a negative row. The time holds the
shuffling, gathering, label overlay, negative draw, forward, gradient and update.

  python3 forward_forward.py FOLDER [--widths 784,500,500] [--microbatch 100] [--threads 2] [--negatives hard|uniform]
                             [--select 0.2] [--count 60000] [--seconds 2] [--windows 5] [--json] [--daemon] [--check]

FOLDER holds train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or with .gz. --daemon prints a line when it is warm,
then answers every line on stdin, until stdin ends: `window` with one window of --seconds, and
{"samples": 300000, "windows": [[15000, 150000]], "test": true} with a training from fresh weights, timed from one number of
samples to another; with the test set's accuracy at the end, where it is asked for.
"""

import argparse
import gzip
import json
import math
import os
import statistics
import sys
import time

import torch

CLASSES = 10


class Adam:
    """Adam on one vector, in chunks that stay in the cache.

    Neither mean is decayed: kept are p = m / beta1^t and q = v / beta2^t, so that each costs one pass over the gradient,

        p += (1 - beta1) / beta1^t g,  q += (1 - beta2) / beta2^t g^2,  w -= stride p / (sqrt(q) + epsilon / k),

    with k = sqrt(beta2^t / (1 - beta2^t)) and stride = rate beta1^t / (1 - beta1^t) / k. Every 200 steps both are
    brought back to m and v, long before a float runs out of exponent.
    """

    def __init__(self, weights, gradient, rate=2e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, chunk=1 << 18):
        self.mean, self.square, root = (torch.zeros_like(weights) for _ in range(3))
        self.chunks = list(zip(*(t.split(chunk) for t in (weights, gradient, self.mean, self.square))))
        self.root = root[: min(chunk, len(root))]
        self.rate, self.beta1, self.beta2, self.epsilon = rate, beta1, beta2, epsilon
        self.steps = 0
        self.undecayed = 0

    def step(self):
        if self.undecayed == 200:
            self.mean.mul_(self.beta1**self.undecayed)
            self.square.mul_(self.beta2**self.undecayed)
            self.undecayed = 0
        self.steps += 1
        self.undecayed += 1
        decay1, decay2 = self.beta1**self.undecayed, self.beta2**self.undecayed
        k = math.sqrt(decay2 / (1 - self.beta2**self.steps))
        stride = -self.rate * decay1 / (1 - self.beta1**self.steps) / k
        epsilon = self.epsilon / k
        rise1, rise2 = (1 - self.beta1) / decay1, (1 - self.beta2) / decay2
        for weights, gradient, mean, square in self.chunks:
            root = self.root[: len(weights)]
            mean.add_(gradient, alpha=rise1)
            square.addcmul_(gradient, gradient, value=rise2)
            torch.sqrt(square, out=root).add_(epsilon)
            weights.addcdiv_(mean, root, value=stride)


class Net:
    """Layers of widths, each learning from its own goodness, the mean square of its activity, by the SymBa loss."""

    def __init__(self, widths, rows, negatives="hard", alpha=25.0, seed=1, select=None):
        self.widths, self.rows, self.negatives, self.alpha, self.select = widths, rows, negatives, alpha, select
        shapes = list(zip(widths[:-1], widths[1:]))
        sizes = [(inputs + 1) * units for inputs, units in shapes]
        self.parameters = torch.zeros(sum(sizes))
        self.gradient = torch.zeros(sum(sizes))
        views = lambda vector: [part.view(-1, units) for part, (_, units) in zip(vector.split(sizes), shapes)]
        self.w = [view[:-1] for view in views(self.parameters)]
        self.b = [view[-1] for view in views(self.parameters)]
        self.gw = [view[:-1] for view in views(self.gradient)]
        self.gb = [view[-1:] for view in views(self.gradient)]
        self.sizes = sizes
        self.begin(seed)

        first = widths[1]
        self.x = torch.empty(rows, widths[0])
        self.amplitude = torch.empty(rows)
        self.truth = torch.empty(rows, dtype=torch.long)
        self.label = torch.empty(2 * rows, dtype=torch.long)  # true ones, then wrong ones
        self.hot = torch.zeros(2 * rows, CLASSES)  # amplitude in the label's column
        self.image = torch.empty(rows, first)
        self.h = [torch.empty(2 * rows, units) for units in widths[1:]]
        self.xs = [torch.empty(2 * rows, units) for units in widths[1:-1]]
        self.both = torch.empty(rows, first)
        self.good = torch.empty(2 * rows)
        self.norm = torch.empty(2 * rows)
        self.scale = torch.empty(2 * rows)
        self.slope = torch.empty(rows)
        self.slopes = torch.empty(2, rows)
        self.sign = torch.tensor([[-1.0], [1.0]])
        self.ones = torch.ones(1, 2 * rows)
        self.noise = torch.empty(rows, CLASSES)
        self.random = torch.empty(rows, dtype=torch.long)
        self.ten = torch.empty(rows, CLASSES, first) if negatives == "hard" else None
        self.opinion = torch.empty(rows, CLASSES)
        self.base = torch.arange(rows).mul_(CLASSES).repeat(2)
        self.at = torch.empty(2 * rows, dtype=torch.long)
        self.labelled = torch.empty(2, rows, first)
        self.twice = self.amplitude.expand(2, rows)
        if select is not None:
            self.picked_x = torch.empty(rows, widths[0])
            self.picked_hot = torch.empty(2 * rows, CLASSES)
            self.picked_h = [torch.empty(2 * rows, units) for units in widths[1:]]
            self.picked_below = [torch.empty(2 * rows, units) for units in widths[1:-1]]
            self.picked_slope = torch.empty(2 * rows)

    def begin(self, seed):
        """Fresh weights, and an optimiser for all of them, or one a layer where a layer may have nothing to learn."""
        torch.manual_seed(seed)
        self.parameters.zero_()
        for w in self.w:
            w.normal_(std=math.sqrt(2 / len(w)))
        whole = [sum(self.sizes)] if self.select is None else self.sizes
        self.adams = [Adam(*parts) for parts in zip(self.parameters.split(whole), self.gradient.split(whole))]
        self.kept = [self.rows for _ in self.w]

    def hard(self):
        """Draws wrong labels from softmax(alpha g) of the first layer, and gathers the rows of both labels."""
        rows, h = self.rows, self.h[0]
        torch.addcmul(self.image[:, None], self.amplitude[:, None, None], self.w[0][:CLASSES], out=self.ten)
        self.ten.clamp_min_(0)
        torch.linalg.vector_norm(self.ten, dim=2, out=self.opinion)
        torch.mul(self.opinion, self.opinion, out=self.opinion).mul_(self.alpha / h.shape[1])
        self.opinion.scatter_(1, self.truth[:, None], -math.inf)
        # the largest of logit - log(exponential noise) is a draw from softmax(logit)
        self.noise.exponential_().log_()
        torch.argmax(self.opinion.sub_(self.noise), 1, out=self.label[rows:])
        torch.add(self.base, self.label, out=self.at)
        torch.index_select(self.ten.view(-1, h.shape[1]), 0, self.at, out=h)

    def uniform(self):
        """Draws wrong labels evenly, and adds the row of weights of each label to the image's product."""
        rows, h = self.rows, self.h[0]
        self.random.random_(1, CLASSES)
        torch.add(self.truth, self.random, out=self.label[rows:]).remainder_(CLASSES)
        torch.index_select(self.w[0], 0, self.label, out=self.labelled.view(2 * rows, -1))
        torch.addcmul(self.image, self.twice[:, :, None], self.labelled, out=h.view(2, rows, -1))
        h.clamp_min_(0)

    def gradients(self, x, amplitude, truth, index):
        """Forward through every layer with the gradient of each; x, amplitude and truth are gathered at index."""
        rows = self.rows
        torch.index_select(x, 0, index, out=self.x)
        torch.index_select(amplitude, 0, index, out=self.amplitude)
        torch.index_select(truth, 0, index, out=self.truth)
        self.label[:rows] = self.truth
        torch.addmm(self.b[0], self.x, self.w[0], out=self.image)
        (self.hard if self.negatives == "hard" else self.uniform)()
        self.hot.zero_().scatter_(1, self.label[:, None], self.twice.reshape(-1, 1))
        below = None
        for layer, h in enumerate(self.h):
            units = h.shape[1]
            if layer > 0:
                torch.addmm(self.b[layer], below, self.w[layer], out=h).clamp_min_(0)
            torch.linalg.vector_norm(h, dim=1, out=self.norm)
            above = None
            if layer + 1 < len(self.h):
                torch.reciprocal(self.norm.clamp_min_(1e-6), out=self.scale).mul_(math.sqrt(units))
                above = torch.mul(h, self.scale[:, None], out=self.xs[layer])
            # slope = dL/dg: -+ alpha sigmoid(-alpha (g+ - g-)) / rows, then dg/dh = 2 h / units
            torch.mul(self.norm, self.norm, out=self.good)
            torch.sub(self.good[rows:], self.good[:rows], out=self.slope)
            self.slope.mul_(self.alpha / units).sigmoid_()
            if self.select is not None:
                chosen = torch.nonzero(self.slope >= self.select).view(-1)
                self.kept[layer] = len(chosen)
                if len(chosen) < rows:
                    if len(chosen) > 0:
                        self.gradient_of(layer, below, h, chosen)
                    below = above
                    continue
            self.slope.mul_(2 * self.alpha / (units * rows))
            torch.mul(self.slope, self.sign, out=self.slopes)
            h.mul_(self.slopes.view(-1, 1))
            torch.mm(self.ones, h, out=self.gb[layer])
            if layer == 0:
                torch.add(h[:rows], h[rows:], out=self.both)
                torch.mm(self.x.t(), self.both, out=self.gw[0])
                torch.mm(self.hot.t(), h, out=self.gw[0][:CLASSES])
            else:
                torch.mm(below.t(), h, out=self.gw[layer])
            below = above

    def gradient_of(self, layer, below, h, chosen):
        """The gradient of a layer by the rows of the images chosen, positive and negative, copied side by side."""
        rows, units, count = self.rows, h.shape[1], len(chosen)
        both = torch.cat((chosen, chosen + rows))
        d = torch.index_select(h, 0, both, out=self.picked_h[layer][: 2 * count])
        slope = self.picked_slope[: 2 * count]
        torch.index_select(self.slope, 0, chosen, out=slope[count:]).mul_(2 * self.alpha / (units * rows))
        torch.neg(slope[count:], out=slope[:count])
        d.mul_(slope[:, None])
        torch.mm(self.ones[:, : 2 * count], d, out=self.gb[layer])
        if layer == 0:
            x = torch.index_select(self.x, 0, chosen, out=self.picked_x[:count])
            hot = torch.index_select(self.hot, 0, both, out=self.picked_hot[: 2 * count])
            torch.add(d[:count], d[count:], out=self.both[:count])
            torch.mm(x.t(), self.both[:count], out=self.gw[0])
            torch.mm(hot.t(), d, out=self.gw[0][:CLASSES])
        else:
            x = torch.index_select(below, 0, both, out=self.picked_below[layer - 1][: 2 * count])
            torch.mm(x.t(), d, out=self.gw[layer])

    def step(self, x, amplitude, truth, index):
        self.gradients(x, amplitude, truth, index)
        if self.select is None:
            self.adams[0].step()
            return
        for adam, kept in zip(self.adams, self.kept):
            if kept > 0:
                adam.step()

    def predict(self, x, amplitude):
        """The label with the highest goodness, summed over the layers."""
        total = torch.zeros(len(x), CLASSES)
        for label in range(CLASSES):
            h = x.clone()
            h[:, label] = amplitude
            for w, b in zip(self.w, self.b):
                h = torch.relu(h @ w + b)
                total[:, label] += (h * h).mean(1)
                h = h * (math.sqrt(h.shape[1]) / h.norm(dim=1, keepdim=True).clamp_min(1e-6))
        return total.argmax(1)


class Stream:
    """Microbatches of shuffled images, epoch after epoch, each learned by the net."""

    def __init__(self, net, data):
        self.net, self.data = net, data
        self.order = iter(())

    def step(self):
        index = next(self.order, None)
        if index is None:
            count, rows = len(self.data[0]), self.net.rows
            self.order = iter(torch.randperm(count)[: count - count % rows].split(rows))
            index = next(self.order)
        self.net.step(*self.data, index)

    def window(self, seconds):
        """Samples a second over one window."""
        count = 0
        start = time.perf_counter()
        while True:
            self.step()
            count += 1
            end = time.perf_counter()
            if end - start >= seconds:
                return count * self.net.rows / (end - start)

    def training(self, samples, windows, seed=1):
        """Trains from fresh weights, the rate falling to 0 in a straight line, as forwardflow's does.

        Of each window, from one number of samples to another: samples a second, and the share kept.
        """
        self.net.begin(seed)
        self.order = iter(())
        rows, layers = self.net.rows, len(self.net.w)
        times, kept = [time.perf_counter()], [0]
        steps, rate = samples // rows, self.net.adams[0].rate
        for step in range(steps):
            for adam in self.net.adams:
                adam.rate = rate * (1 - step / steps)
            self.step()
            times.append(time.perf_counter())
            kept.append(kept[-1] + sum(self.net.kept))
        measured = []
        for begin, end in ((begin // rows, end // rows) for begin, end in windows):
            count = (end - begin) * rows
            share = (kept[end] - kept[begin]) / (count * layers)
            measured.append({"samplesPerSecond": count / (times[end] - times[begin]), "kept": share})
        return measured


def read_idx(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        path += ".gz"
    with open(path, "rb") as file:
        content = file.read()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    header = 4 + 4 * content[3]
    sizes = [int.from_bytes(content[at : at + 4], "big") for at in range(4, header, 4)]
    return torch.frombuffer(bytearray(content[header:]), dtype=torch.uint8).view(*sizes)


def load(folder, which="train", count=None):
    """Images whose first ten pixels are free for a label, at RMS 1 with it; the label pixel's value; the labels."""
    x = read_idx(folder, f"{which}-images-idx3-ubyte")[:count].flatten(1).float().div_(255)
    x[:, :CLASSES] = 0
    amplitude = (x.shape[1] / (x.square().sum(1) + 1)).sqrt()
    return x.mul_(amplitude[:, None]), amplitude, read_idx(folder, f"{which}-labels-idx1-ubyte")[:count].long()


def check(data, negatives, select):
    """Gradients beside autograd on plainly overlaid rows, Adam beside torch.optim's, and whether the net learns."""
    rows, widths = 20, [data[0].shape[1], 60, 50, 40]
    net = Net(widths, rows, negatives, select=select)
    stream = Stream(net, data)
    for _ in range(30):
        stream.step()
    index = torch.arange(rows)
    net.gradients(*data, index)
    x, amplitude, truth = (part[index] for part in data)
    wrong = net.label[rows:]
    assert not (wrong == truth).any() and wrong.min() >= 0 and wrong.max() < CLASSES, "wrong labels must be wrong"
    below = x.repeat(2, 1)
    below[torch.arange(2 * rows), net.label] = amplitude.repeat(2)
    assert (below.square().mean(1) - 1).abs().max() < 1e-5, "an overlaid row must have RMS 1"
    worst, kept = 0.0, []
    for w, b, gw, gb in zip(net.w, net.b, net.gw, net.gb):
        w, b = (t.clone().requires_grad_() for t in (w, b))
        h = torch.relu(below.detach() @ w + b)
        g = (h * h).mean(1)
        loss = torch.nn.functional.softplus(-net.alpha * (g[:rows] - g[rows:]))
        chosen = torch.sigmoid(-net.alpha * (g[:rows] - g[rows:]).detach()) >= (select or 0)
        kept.append(int(chosen.sum()))
        if kept[-1] == 0:
            continue
        (loss * chosen).mean().backward()
        for ours, auto in ((gw, w.grad), (gb[0], b.grad)):
            worst = max(worst, ((ours - auto).abs().max() / auto.abs().max().clamp_min(1e-6)).item())
        below = h / (h * h).mean(1, keepdim=True).sqrt().clamp_min(1e-6)
    assert kept == net.kept, f"as many must be kept as autograd's slopes say, {kept}; got {net.kept}"
    assert worst < 1e-4, f"gradients must agree with autograd; got {worst}"

    ours = torch.randn(5000)
    theirs = ours.clone().requires_grad_()
    gradient = torch.empty(5000)
    adam = Adam(ours, gradient, chunk=512)
    reference = torch.optim.Adam([theirs], lr=2e-3)
    for step in range(2500):
        gradient.normal_(std=10.0 ** -(step % 5))
        theirs.grad = gradient.clone()
        adam.step()
        reference.step()
    apart = (ours - theirs).abs().max().item()
    assert apart < 1e-4, f"Adam must agree with torch.optim; got {apart} after 2500 steps"

    net = Net([widths[0], 100, 100], 50, negatives, select=select)
    stream = Stream(net, data)
    some = slice(0, 1000)
    for _ in range(200):
        stream.step()
    right = (net.predict(data[0][some], data[1][some]) == data[2][some]).float().mean().item()
    assert right > 0.6, f"the net must learn; got {right} of the training images right"
    return {"gradientError": worst, "adamError": apart, "trainingAccuracy": round(right, 3), "kept": kept}


def arguments():
    parser = argparse.ArgumentParser(description="Forward-Forward in PyTorch, timed")
    parser.add_argument("folder")
    parser.add_argument("--widths", default="784,500,500")
    parser.add_argument("--microbatch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--negatives", choices=["hard", "uniform"], default="hard")
    parser.add_argument("--select", type=float, help="share of the steepest slope from which an image is learned from")
    parser.add_argument("--count", type=int, help="images to learn from, the first ones; left out, all")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--windows", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--daemon", action="store_true")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def blas():
    """The name of the folder of the BLAS that is loaded, as openblas-pthread or openblas-openmp on Debian."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if "libblas" in line or "libopenblas" in line}
    except OSError:
        return "unknown"
    return " ".join(sorted({os.path.basename(os.path.dirname(path)) for path in paths})) or "unknown"


def say(value):
    print(json.dumps(value), flush=True)


@torch.no_grad()
def main():
    options = arguments()
    torch.set_flush_denormal(True)  # before the pool starts: its threads inherit it
    torch.set_num_threads(options.threads)
    data = load(options.folder, count=options.count)
    if options.check:
        with torch.enable_grad():
            say(check(data, options.negatives, options.select))
        return
    widths = [int(width) for width in options.widths.split(",")]
    stream = Stream(Net(widths, options.microbatch, options.negatives, select=options.select), data)
    stream.window(min(0.3, options.seconds))
    if options.daemon:
        say({"torch": torch.__version__, "threads": torch.get_num_threads(), "blas": blas()})
        for line in sys.stdin:
            if line.strip() == "window":
                say({"samplesPerSecond": stream.window(options.seconds)})
                continue
            asked = json.loads(line)
            answer = {"windows": stream.training(asked["samples"], asked["windows"])}
            if asked.get("test"):
                x, amplitude, truth = load(options.folder, "t10k")
                right = stream.net.predict(x, amplitude) == truth
                answer["accuracy"] = right.float().mean().item()
            say(answer)
        return
    speeds = []
    for _ in range(options.windows):
        speeds.append(stream.window(options.seconds))
        if options.json:
            say({"samplesPerSecond": speeds[-1]})
    if not options.json:
        middle = statistics.median(speeds)
        print(f"{middle:.0f} [{min(speeds):.0f}-{max(speeds):.0f}] samples/s, median of {len(speeds)} windows")


if __name__ == "__main__":
    main()
