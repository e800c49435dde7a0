"""Whole models computed by PyTorch in double, for tests/rnn and tests/transformer.

Each file holds one model around a core (elman, lstm, gru, transformer), a batch, and all that follows
from it: logits, the mean loss, every parameter with its gradient, and what a probe sees inside:
states, gates and attention with their gradients. Gradients are of the mean loss and are named
"gradient." + name. Files are batch first.

PyTorch's own modules do not show gates and attention, so each core is also written out here; its
outputs and all gradients are then held against the module's, to 1e-12.
"""
import torch
from torch import nn
from torch.nn import functional as F

import tensors

IGNORED = -100
GATES = {"elman": [], "gru": ["r", "z", "n"], "lstm": ["i", "f", "g", "o"]}


class Trace:
    """Everything inside a model that a probe shows, by name."""

    def __init__(self):
        self.whole = {}
        self.steps = {}

    def keep(self, name, value):
        value.retain_grad()
        self.whole[name] = value
        return value

    def keep_step(self, name, value):
        """Of a state the steps are kept apart, so that each has its own total gradient."""
        value.retain_grad()
        self.steps.setdefault(name, []).append(value)

    def values(self):
        return self.whole | {name: torch.stack(steps, 1) for name, steps in self.steps.items()}

    def gradients(self):
        steps = {name: torch.stack([value.grad for value in steps], 1)
                 for name, steps in self.steps.items()}
        return {name: value.grad for name, value in self.whole.items()} | steps


def elman_cell(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    return torch.tanh(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh), c, []


def gru_cell(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    a_r, a_z, a_n = (x @ weight_ih.T + bias_ih).chunk(3, -1)
    u_r, u_z, u_n = (h @ weight_hh.T + bias_hh).chunk(3, -1)
    r, z = torch.sigmoid(a_r + u_r), torch.sigmoid(a_z + u_z)
    n = torch.tanh(a_n + r * u_n)
    return (1 - z) * n + z * h, c, [r, z, n]


def lstm_cell(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    a_i, a_f, a_g, a_o = (x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh).chunk(4, -1)
    i, f, g, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
    c = f * c + i * g
    return o * torch.tanh(c), c, [i, f, g, o]


CELLS = {"elman": elman_cell, "gru": gru_cell, "lstm": lstm_cell}
MODULES = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
WEIGHTS = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]


def recurrent_layer(kind, x, weights, number, trace):
    """x (B, T, D) -> h (B, T, H)"""
    hidden = weights[1].shape[1]
    h = c = torch.zeros(x.shape[0], hidden, dtype=torch.double)
    outputs = []
    for t in range(x.shape[1]):
        h, c, gates = CELLS[kind](x[:, t], h, c, *weights)
        values = {"hidden": h} | ({"cell": c} if kind == "lstm" else {})
        values |= {"gate." + gate: value for gate, value in zip(GATES[kind], gates)}
        for quantity, value in values.items():
            trace.keep_step(f"layers.{number}.{quantity}", value)
        outputs.append(h)
    return torch.stack(outputs, 1)


def recurrent_core(kind, module, x, trace):
    for number in range(module.num_layers):
        weights = [getattr(module, f"{name}_l{number}") for name in WEIGHTS]
        x = recurrent_layer(kind, x, weights, number, trace)
    return x


def attention(layer, x, number, trace):
    """One causal self-attention; gradients on weights of the future are zero: nobody looks there."""
    B, T, E = x.shape
    m = layer.self_attn
    q, k, v = (
        part.view(B, T, m.num_heads, E // m.num_heads).transpose(1, 2)
        for part in F.linear(x, m.in_proj_weight, m.in_proj_bias).chunk(3, -1)
    )
    s = q @ k.transpose(-1, -2) / (E // m.num_heads) ** 0.5
    future = torch.ones(T, T).triu(1).bool()
    p = trace.keep(f"layers.{number}.attention", s.masked_fill(future, -torch.inf).softmax(-1))
    mix = (p.tril() @ v).transpose(1, 2).reshape(B, T, E)
    return F.linear(mix, m.out_proj.weight, m.out_proj.bias)


def transformer_core(module, x, trace):
    for number, layer in enumerate(module.layers):
        x = trace.keep(f"layers.{number}.residual", x)
        m = x + attention(layer, layer.norm1(x), number, trace)
        x = m + layer.linear2(F.gelu(layer.linear1(layer.norm2(m))))
    return module.norm(x)


class Model(nn.Module):
    """tokens or features -> input layer -> [positions ->] core -> readout"""

    def __init__(self, case):
        super().__init__()
        width = case["width"]
        self.case = case
        if "tokens" in case:
            self.embedding = nn.Embedding(case["tokens"], width)
        else:
            self.input = nn.Linear(case["features"], width)
        if case["kind"] == "transformer":
            self.positions = nn.Embedding(case["T"], width)
            layer = nn.TransformerEncoderLayer(width, case["heads"], 4 * width, 0.0, "gelu",
                                               batch_first=True, norm_first=True)
            self.core = nn.TransformerEncoder(layer, case["layers"], nn.LayerNorm(width))
            self.readout = nn.Linear(width, case["outputs"])
        else:
            self.core = MODULES[case["kind"]](width, case["hidden"], case["layers"],
                                              batch_first=True)
            self.readout = nn.Linear(case["hidden"], case["outputs"])

    def core_of_pytorch(self, x):
        if self.case["kind"] != "transformer":
            return self.core(x)[0]
        mask = torch.full((x.shape[1], x.shape[1]), -torch.inf, dtype=torch.double).triu(1)
        return self.core(x, mask)

    def forward(self, x, trace=None):
        """x is one-hot or features. With a trace the core is the one written out here."""
        x = x @ self.embedding.weight if "tokens" in self.case else self.input(x)
        if self.case["kind"] == "transformer":
            x = x + self.positions.weight
        if trace is None:
            y = self.core_of_pytorch(x)
        elif self.case["kind"] == "transformer":
            y = transformer_core(self.core, x, trace)
        else:
            y = recurrent_core(self.case["kind"], self.core, x, trace)
        return self.readout(y[:, -1:] if self.case["last"] else y)


def random_values(model):
    """Everything that PyTorch starts with 0 or 1 gets numbers of its own; all are floats exactly."""
    for parameter in model.parameters():
        if parameter.dim() == 1:
            parameter.data += 0.2 * torch.randn_like(parameter)
    for name, parameter in model.named_parameters():
        if name.startswith("core.layers."):  # copies of one layer, which start equal
            parameter.data += 0.1 * torch.randn_like(parameter)
        parameter.data = parameter.data.float().double()


def make_batch(case):
    """Input as stored, the same as one-hot or features, and the target."""
    B, T = case["B"], case["T"]
    if "tokens" in case:
        stored = torch.randint(case["tokens"], (B, T))
        x = F.one_hot(stored, case["tokens"]).double()
    else:
        stored = x = torch.randn(B, T, case["features"]).double()
    T_out = 1 if case["last"] else T
    if case["loss"] == "mse":
        return stored, x, torch.randn(B, T_out, case["outputs"]).double()
    target = torch.randint(case["outputs"], (B, T_out))
    if not case["last"]:
        target[torch.rand(B, T_out) < 0.3] = IGNORED
    return stored, x, target


def mean_loss(case, logits, target):
    if case["loss"] == "mse":
        return F.mse_loss(logits, target)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=IGNORED)


def gradients_of(model, case, x, target, trace=None):
    x = x.clone().requires_grad_()
    model.zero_grad()
    logits = model(x, trace)
    logits.retain_grad()
    loss = mean_loss(case, logits, target)
    loss.backward()
    found = {name: p.grad.clone() for name, p in model.named_parameters()}
    return logits, loss, found | {"input": x.grad, "logits": logits.grad}


def assert_same(name, ours, theirs):
    difference = (ours - theirs).abs().max().item()
    assert difference < 1e-12, f"{name} is off by {difference} from PyTorch's own"


def generate(name, case):
    torch.manual_seed(20240229)
    model = Model(case).double()
    random_values(model)
    stored, x, target = make_batch(case)

    theirs_logits, theirs_loss, theirs = gradients_of(model, case, x, target)
    trace = Trace()
    logits, loss, gradients = gradients_of(model, case, x, target, trace)
    assert_same("logits", logits, theirs_logits)
    assert_same("loss", loss, theirs_loss)
    for key in gradients:
        assert_same("gradient." + key, gradients[key], theirs[key])

    gradients |= trace.gradients()
    content = dict(model.named_parameters()) | trace.values()
    content |= {"input": stored, "target": target, "logits": logits, "loss": loss}
    content |= {"gradient." + key: value for key, value in gradients.items()}
    tensors.write(name, content)


CASES = {
    "elman_1": dict(kind="elman", layers=1, B=3, T=7, width=5, hidden=19, tokens=8, outputs=6,
                    loss="cross-entropy", last=False),
    "elman_2": dict(kind="elman", layers=2, B=2, T=9, width=6, hidden=11, features=3, outputs=2,
                    loss="mse", last=True),
    "lstm_1": dict(kind="lstm", layers=1, B=2, T=6, width=4, hidden=17, features=2, outputs=3,
                   loss="mse", last=True),
    "lstm_2": dict(kind="lstm", layers=2, B=3, T=7, width=5, hidden=9, tokens=6, outputs=8,
                   loss="cross-entropy", last=False),
    "gru_1": dict(kind="gru", layers=1, B=3, T=5, width=7, hidden=18, tokens=9, outputs=4,
                  loss="cross-entropy", last=True),
    "gru_2": dict(kind="gru", layers=2, B=2, T=8, width=5, hidden=10, features=3, outputs=2,
                  loss="mse", last=False),
    "transformer_1": dict(kind="transformer", layers=1, B=2, T=29, width=10, heads=2, features=3,
                          outputs=2, loss="mse", last=True),
    "transformer_2": dict(kind="transformer", layers=2, B=3, T=7, width=12, heads=3, tokens=8,
                          outputs=5, loss="cross-entropy", last=False),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for case_name, case_values in CASES.items():
        generate(case_name, case_values)
