/** The network of backprop. */
export const backpropPython = `

class Network(nn.Module):
    """h = max(0, x W + b), layer by layer, then the logits of the head."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.ModuleList(linear(f"layer{i}") for i in range(LAYERS["hidden"]))
        self.head = linear(f"layer{LAYERS['hidden']}")

    def forward(self, x):
        """Logits [n x classes] of scaled features [n x width]."""
        for layer in self.hidden:
            x = torch.relu(layer(x))
        return self.head(x)
`;
