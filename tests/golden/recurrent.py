"""Recurrent models with every option, computed by PyTorch in double, for tests/rnn.

The files are those of models.py. Here a core is one of PyTorch's modules used in one of its forms
(bidirectional, packed sequences, relu), or as users write it around the module (a learned initial
state, truncated backpropagation by detach). As there, each core is also written out, so that
states and gates can be seen, and held against the module's outputs and gradients, to 1e-12.

States of the reverse half are named "hidden.reverse" and so on, in the order of time. Padding,
beyond a file's "lengths", holds symbol 0, no target, and zeros in all that is traced.
"""
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import models
import tensors


def relu_cell(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    return torch.relu(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh), c, []


class Recurrent(models.Model):
    """tokens or features -> input layer -> core -> readout, the core with options"""

    def __init__(self, case):
        nn.Module.__init__(self)
        width, hidden, layers = case["width"], case["hidden"], case["layers"]
        self.case = case
        self.lengths = torch.tensor(case.get("lengths", [case["T"]] * case["B"]))
        self.directions = 2 if case.get("both") else 1
        if "tokens" in case:
            self.embedding = nn.Embedding(case["tokens"], width)
        else:
            self.input = nn.Linear(case["features"], width)
        options = {"nonlinearity": "relu"} if case.get("relu") else {}
        self.core = models.MODULES[case["kind"]](width, hidden, layers, batch_first=True,
                                                 bidirectional=self.directions == 2, **options)
        if case.get("learned"):
            self.initial = nn.Module()
            for name in ["hidden", "cell"] if case["kind"] == "lstm" else ["hidden"]:
                for suffix in self.suffixes():
                    self.initial.register_parameter(name + suffix,
                                                    nn.Parameter(torch.zeros(hidden)))
        self.readout = nn.Linear(self.directions * hidden, case["outputs"])

    def suffixes(self):
        """In the order of PyTorch's h_0: layers, and directions within a layer."""
        return [f"_l{number}{end}" for number in range(self.case["layers"])
                for end in ["", "_reverse"][:self.directions]]

    def start(self, name, suffix):
        """The state before the first step, (B, H)."""
        if not self.case.get("learned") or not hasattr(self.initial, name + suffix):
            return torch.zeros(self.case["B"], self.case["hidden"], dtype=torch.double)
        return getattr(self.initial, name + suffix).expand(self.case["B"], -1)

    def core_of_pytorch(self, x):
        """The module itself, a window at a time; between windows states are detached."""
        window = self.case.get("truncate") or self.case["T"]
        state = [torch.stack([self.start(name, suffix) for suffix in self.suffixes()])
                 for name in ["hidden", "cell"]]
        outputs = []
        for first in range(0, self.case["T"], window):
            part = x[:, first:first + window]
            given = tuple(state) if self.case["kind"] == "lstm" else state[0]
            if "lengths" in self.case:
                packed = pack_padded_sequence(part, self.lengths, True, enforce_sorted=False)
                y, state = self.core(packed, given)
                y = pad_packed_sequence(y, True, total_length=self.case["T"])[0]
            else:
                y, state = self.core(part, given)
            state = [s.detach() for s in (state if self.case["kind"] == "lstm" else [state])]
            outputs.append(y)
        return torch.cat(outputs, 1)

    def walk(self, x, number, end, trace):
        """One direction of one layer, step by step: x (B, T, D) -> h (B, T, H)."""
        kind, B, T = self.case["kind"], self.case["B"], self.case["T"]
        cell = relu_cell if self.case.get("relu") else models.CELLS[kind]
        weights = [getattr(self.core, f"{name}_l{number}{end}") for name in models.WEIGHTS]
        h, c = (self.start(name, f"_l{number}{end}") for name in ["hidden", "cell"])
        kept = {}
        for step in range(T):
            t = T - 1 - step if end else step
            if self.case.get("truncate") and step % self.case["truncate"] == 0 and step > 0:
                h, c = h.detach(), c.detach()
            inside = (t < self.lengths)[:, None].double()
            next_h, next_c, gates = cell(x[:, t], h, c, *weights)
            values = {"hidden": next_h} | ({"cell": next_c} if kind == "lstm" else {})
            values |= {"gate." + gate: v for gate, v in zip(models.GATES[kind], gates)}
            for quantity, value in values.items():
                value.retain_grad()
                kept.setdefault(quantity, [None] * T)[t] = value
            # Padding leaves the state as it is: in reverse it comes first, forward it comes last.
            h = inside * next_h + (1 - inside) * h
            c = inside * next_c + (1 - inside) * c
        for quantity, values in kept.items():
            name = f"layers.{number}.{quantity}" + end.replace("_", ".")
            trace.steps[name] = values
        inside = torch.arange(T)[None, :, None] < self.lengths[:, None, None]
        return inside * torch.stack(kept["hidden"], 1)

    def forward(self, x, trace=None):
        x = x @ self.embedding.weight if "tokens" in self.case else self.input(x)
        if trace is None:
            y = self.core_of_pytorch(x)
        else:
            for number in range(self.case["layers"]):
                x = torch.cat([self.walk(x, number, end, trace)
                               for end in ["", "_reverse"][:self.directions]], -1)
            y = x
        last = y[torch.arange(self.case["B"]), self.lengths - 1][:, None]
        return self.readout(last if self.case["last"] else y)


def pad(case, stored, x, target):
    """Symbol 0 or zeros beyond the lengths, and no target."""
    outside = torch.arange(case["T"])[None] >= torch.tensor(case["lengths"])[:, None]
    if "tokens" in case:
        stored = stored.masked_fill(outside, 0)
        x = F.one_hot(stored, case["tokens"]).double()
    else:
        stored = x = x.masked_fill(outside[..., None], 0)
    return stored, x, target if case["last"] else target.masked_fill(outside, models.IGNORED)


def without_padding(case, values):
    """A layer has no states at padding: zeros there, in values and gradients."""
    inside = torch.arange(case["T"])[None, :, None] < torch.tensor(case["lengths"])[:, None, None]
    return {name: value * inside for name, value in values.items()}


def generate(name, case):
    torch.manual_seed(20240229)
    model = Recurrent(case).double()
    models.random_values(model)
    stored, x, target = models.make_batch(case)
    if "lengths" in case:
        stored, x, target = pad(case, stored, x, target)

    theirs_logits, theirs_loss, theirs = models.gradients_of(model, case, x, target)
    trace = models.Trace()
    logits, loss, gradients = models.gradients_of(model, case, x, target, trace)
    models.assert_same("logits", logits, theirs_logits)
    models.assert_same("loss", loss, theirs_loss)
    for key in gradients:
        models.assert_same("gradient." + key, gradients[key], theirs[key])

    values = trace.values()
    state_gradients = {
        name: torch.stack([torch.zeros_like(v) if v.grad is None else v.grad for v in steps], 1)
        for name, steps in trace.steps.items()}
    content = dict(model.named_parameters())
    if "lengths" in case:
        values, state_gradients = (without_padding(case, v) for v in (values, state_gradients))
        content["lengths"] = torch.tensor(case["lengths"])
    content |= values
    content |= {"input": stored, "target": target, "logits": logits, "loss": loss}
    content |= {"gradient." + key: v for key, v in (gradients | state_gradients).items()}
    tensors.write(name, content)


TOKENS = dict(tokens=7, outputs=5, loss="cross-entropy", last=False)
NUMBERS = dict(features=3, outputs=2, loss="mse", last=False)
LAST = NUMBERS | dict(last=True)
SIZES = {"elman": dict(kind="elman", B=3, T=8, width=5, hidden=9),
         "gru": dict(kind="gru", B=2, T=7, width=4, hidden=8),
         "lstm": dict(kind="lstm", B=3, T=6, width=5, hidden=7)}
LENGTHS = {"elman": [8, 1, 5], "gru": [3, 7], "lstm": [4, 6, 2]}

CASES = {"elman_relu": SIZES["elman"] | TOKENS | dict(layers=2, relu=True),
         "elman_relu_both": SIZES["elman"] | NUMBERS | dict(layers=1, relu=True, both=True)}
for kind, sizes in SIZES.items():
    padded = dict(lengths=LENGTHS[kind], both=True)
    CASES |= {
        f"{kind}_both_1": sizes | NUMBERS | dict(layers=1, both=True),
        f"{kind}_both_2": sizes | TOKENS | dict(layers=2, both=True),
        f"{kind}_padded": sizes | TOKENS | dict(layers=2) | padded,
        f"{kind}_padded_last": sizes | LAST | dict(layers=1, learned=True) | padded,
        f"{kind}_learned": sizes | TOKENS | dict(layers=2, learned=True),
        f"{kind}_truncated": sizes | TOKENS | dict(layers=2, learned=True, truncate=3),
    }

if __name__ == "__main__":
    torch.set_num_threads(1)
    for case_name, case_values in CASES.items():
        generate(case_name, case_values)
