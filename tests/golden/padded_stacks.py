"""Attention over sources on top of recurrent layers in both directions, padded, by PyTorch.

Files like those of stacks.py with the "lengths" and walks of recurrent.py: states of the reverse
half in the order of time, zeros at padding.
"""
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import models
import recurrent
import stacks
import tensors


class Halves:
    """Both directions of nn.GRU or nn.LSTM, step by step."""

    walk, start = recurrent.Recurrent.walk, recurrent.Recurrent.start

    def __init__(self, case, core):
        self.case, self.core, self.lengths = case, core, torch.tensor(case["lengths"])


class Model(nn.Module):
    """tokens -> embedding -> both directions -> [state, attention over them] -> readout"""

    def __init__(self, case):
        super().__init__()
        width, hidden = case["width"], case["hidden"]
        self.case = case
        self.embedding = nn.Embedding(case["tokens"], width)
        self.core = nn.ModuleList([
            models.MODULES[case["kind"]](width, hidden, case["layers"], batch_first=True,
                                         bidirectional=True),
            nn.MultiheadAttention(2 * hidden, case["heads"], batch_first=True)])
        self.readout = nn.Linear(4 * hidden, case["outputs"])

    def states(self, x, trace):
        if trace is None:
            packed = pack_padded_sequence(x, torch.tensor(self.case["lengths"]), True,
                                          enforce_sorted=False)
            return pad_packed_sequence(self.core[0](packed)[0], True,
                                       total_length=self.case["T"])[0]
        halves = Halves(self.case, self.core[0])
        for number in range(self.case["layers"]):
            x = torch.cat([halves.walk(x, number, end, trace) for end in ["", "_reverse"]], -1)
        return x

    def masks(self):
        """Who looks where (B, T, T), and which steps are no padding (B, T)."""
        T, lengths = self.case["T"], torch.tensor(self.case["lengths"])
        inside = torch.arange(T)[None] < lengths[:, None]
        allowed = stacks.look_at(T, self.case["sources"])
        return allowed & inside[:, None, :] & inside[:, :, None], inside

    def attend_written_out(self, h, trace):
        depth, heads, m = self.case["layers"], self.case["heads"], self.core[1]
        B, T, E = h.shape
        allowed, _ = self.masks()
        q, k, v = (part.view(B, T, heads, E // heads).transpose(1, 2)
                   for part in F.linear(h, m.in_proj_weight, m.in_proj_bias).chunk(3, -1))
        s = (q @ k.transpose(-1, -2) / (E // heads) ** 0.5).masked_fill(~allowed[:, None], -1e30)
        p = s.softmax(-1).masked_fill(~allowed[:, None], 0)
        p = trace.keep(f"layers.{depth}.attention", p)
        c = (p.masked_fill(~allowed[:, None], 0) @ v).transpose(1, 2).reshape(B, T, E)
        return F.linear(c, m.out_proj.weight, m.out_proj.bias)

    def attend_of_pytorch(self, h):
        """Padding looks at itself, which PyTorch needs, and then counts as nothing mixed."""
        allowed, inside = self.masks()
        blocked = ~(allowed | torch.eye(self.case["T"]).bool() & ~inside[:, :, None])
        c = self.core[1](h, h, h, attn_mask=blocked.repeat_interleave(self.case["heads"], 0))[0]
        return torch.where(inside[..., None], c, self.core[1].out_proj.bias)

    def forward(self, x, trace=None):
        h = self.states(x @ self.embedding.weight, trace)
        if trace is None:
            return self.readout(torch.cat([h, self.attend_of_pytorch(h)], -1))
        h = trace.keep(f"layers.{self.case['layers']}.residual", h)
        return self.readout(torch.cat([h, self.attend_written_out(h, trace)], -1))


def generate(name, case):
    torch.manual_seed(20240302)
    model = Model(case).double()
    models.random_values(model)
    stored, x, target = recurrent.pad(case, *models.make_batch(case))

    theirs_logits, theirs_loss, theirs = models.gradients_of(model, case, x, target)
    trace = models.Trace()
    logits, loss, gradients = models.gradients_of(model, case, x, target, trace)
    models.assert_same("logits", logits, theirs_logits)
    models.assert_same("loss", loss, theirs_loss)
    for key in gradients:
        models.assert_same("gradient." + key, gradients[key], theirs[key])

    steps = {name: torch.stack(values, 1) for name, values in trace.steps.items()}
    grads = {name: torch.stack([torch.zeros_like(v) if v.grad is None else v.grad
                                for v in values], 1) for name, values in trace.steps.items()}
    content = dict(model.named_parameters()) | trace.whole | recurrent.without_padding(case, steps)
    content |= {"input": stored, "target": target, "logits": logits, "loss": loss}
    gradients |= {name: value.grad for name, value in trace.whole.items()}
    gradients |= recurrent.without_padding(case, grads)
    content |= {"gradient." + key: value for key, value in gradients.items()}
    content |= {key: torch.tensor(case[key]) for key in ["lengths", "sources"]}
    tensors.write(name, content)


PADDED = dict(B=3, T=8, width=5, hidden=3, heads=2, tokens=7, outputs=4, loss="cross-entropy",
              last=False)
CASES = {
    "gru_attention_padded": PADDED | dict(kind="gru", layers=1, lengths=[6, 8, 3],
                                          sources=[3, 0, 2]),
    "lstm_attention_padded": PADDED | dict(kind="lstm", layers=2, lengths=[8, 5, 7],
                                           sources=[4, 5, 0]),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for case_name, case_values in CASES.items():
        generate(case_name, case_values)
