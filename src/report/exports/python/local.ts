/** The network of Mono-Forward, and of blocks that learn by backprop inside. */
export const localPython = `

class Block(nn.Module):
    """Layers h = max(0, x W + b), and the projection of the last one's activity to the classes."""

    def __init__(self, index, length):
        super().__init__()
        names = [f"layer{index}"] + [f"layer{index}.inner{k}" for k in range(1, length)]
        self.layers = nn.ModuleList(linear(name) for name in names)
        self.projection = linear(f"layer{index}.projection")

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x, self.projection(x)


class Network(nn.Module):
    """Blocks of which each has logits of its own; their sum is what is predicted by."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(Block(i, length) for i, length in enumerate(LAYERS["blocks"]))

    def forward(self, x):
        """Logits [n x classes] of scaled features [n x width]."""
        total = 0
        for block in self.blocks:
            h, logits = block(x)
            total = total + logits
            x = normalised(h) if LAYERS["normalise"] else h
        return total
`;
