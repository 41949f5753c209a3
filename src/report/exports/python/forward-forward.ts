/** The network of Forward-Forward: goodness of every label, and the readout's one pass where there is a readout. */
export const forwardForwardPython = `

class Network(nn.Module):
    """Forward-Forward: a label is as good as the squares of the activities that it brings about."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(linear(f"layer{i}") for i in range(LAYERS["hidden"]))
        self.readout = linear(f"layer{LAYERS['hidden']}") if LAYERS["readout"] else None

    def forward(self, x):
        """A score for each class [n x classes] of scaled features [n x width]."""
        return self.one_pass(x) if LAYERS["label"] == "none" else self.by_goodness(x)

    def by_goodness(self, x):
        """The sum of the layers' goodness with each label in turn."""
        eye = torch.eye(len(CLASSES))
        return torch.stack([self.goodness(self.labelled(x, one.expand(len(x), -1))) for one in eye], 1)

    def one_pass(self, x):
        """Logits of the readout, which reads the layers' activities with a neutral label."""
        if self.readout is None:
            raise ValueError("the network must have a readout to predict in one pass; it has none")
        if LAYERS["label"] == "none":
            squares = x.square().sum(1, keepdim=True)
            h = x * torch.where(squares > 0, torch.sqrt(x.shape[1] / squares), torch.ones(1))
        else:
            h = self.labelled(x, torch.full((len(x), len(CLASSES)), 1 / len(CLASSES)))
        sent = []
        for layer in self.layers:
            h = normalised(torch.relu(layer(h)))
            sent.append(h)
        return self.readout(torch.cat([sent[i] for i in LAYERS["readout"]], 1))

    def labelled(self, x, share):
        """The label's inputs before the image, the row at root mean square 1. share [n x classes]: of the label's strength."""
        image = x[:, len(CLASSES):] if LAYERS["label"] == "over" else x
        row = torch.cat([LAYERS["strength"] * share, image], 1)
        return row * torch.sqrt(row.shape[1] / row.square().sum(1, keepdim=True))

    def goodness(self, h):
        total = 0
        for layer in self.layers:
            h = torch.relu(layer(h))
            squares = h.square()
            total = total + (squares.sum(1) if LAYERS["goodness"] == "sum" else squares.mean(1))
            h = normalised(h)
        return total
`;
