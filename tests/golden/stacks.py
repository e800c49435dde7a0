"""Blocks of every form, and attention over recurrent layers, computed by PyTorch in double.

As models.py, whose files these are like. Norm before and norm after, with everything else, are held
against nn.TransformerEncoder; the other forms have no module of their own, so that their attention
alone is held against nn.MultiheadAttention, like the one over recurrent states.
"""
import torch
from torch import nn
from torch.nn import functional as F

import models
import tensors


class Block(nn.Module):
    """One block: attention and perhaps a feed-forward network, each with its norm and residual."""

    def __init__(self, case):
        super().__init__()
        width = case["width"]
        self.case = case
        self.self_attn = nn.MultiheadAttention(width, case["heads"], batch_first=True)
        if case["norm"] != "none":
            self.norm1 = nn.LayerNorm(width)
        if case["feed_forward"]:
            self.linear1, self.linear2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
            if case["norm"] != "none":
                self.norm2 = nn.LayerNorm(width)

    def branch(self, x, layer, norm):
        if self.case["norm"] == "before":
            y = layer(getattr(self, norm)(x))
        else:
            y = layer(x)
        if self.case["residual"]:
            y = x + y
        return getattr(self, norm)(y) if self.case["norm"] == "after" else y

    def forward(self, x, attend):
        x = self.branch(x, attend, "norm1")
        if self.case["feed_forward"]:
            x = self.branch(x, lambda a: self.linear2(F.gelu(self.linear1(a))), "norm2")
        return x


class Blocks(nn.Module):
    """Blocks, and a norm at the end where each begins with one."""

    def __init__(self, case):
        super().__init__()
        self.layers = nn.ModuleList(Block(case) for _ in range(case["layers"]))
        if case["norm"] == "before":
            self.norm = nn.LayerNorm(case["width"])

    def end(self, x):
        return self.norm(x) if hasattr(self, "norm") else x

    def written_out(self, x, trace):
        for number, layer in enumerate(self.layers):
            x = trace.keep(f"layers.{number}.residual", x)
            x = layer(x, lambda a, n=number: models.attention(self.layers[n], a, n, trace))
        return self.end(x)

    def of_pytorch(self, x, case):
        mask = torch.full((x.shape[1], x.shape[1]), -torch.inf, dtype=torch.double).triu(1)
        if case["norm"] == "none" or not (case["feed_forward"] and case["residual"]):
            for layer in self.layers:
                x = layer(x, lambda a, m=layer.self_attn: m(a, a, a, attn_mask=mask)[0])
            return self.end(x)
        layer = nn.TransformerEncoderLayer(case["width"], case["heads"], 4 * case["width"], 0.0,
                                           "gelu", batch_first=True,
                                           norm_first=case["norm"] == "before")
        norm = nn.LayerNorm(case["width"]) if case["norm"] == "before" else None
        encoder = nn.TransformerEncoder(layer, case["layers"], norm).double()
        encoder.load_state_dict(self.state_dict(), strict=True)
        for name, parameter in self.named_parameters():  # the same tensors, so the same gradients
            module = encoder.get_submodule(name.rpartition(".")[0])
            setattr(module, name.rpartition(".")[2], parameter)
        return encoder(x, mask)


def look_at(T, sources):
    """What each step may look at, (B, T, T): itself and earlier ones; after a source, the source."""
    allowed = torch.ones(len(sources), T, T).tril().bool()
    for b, source in enumerate(sources):
        if source > 0:
            allowed[b, source:] = torch.arange(T) < source
    return allowed


class Attended(nn.ModuleList):
    """Recurrent layers, then attention over their states; y is [state, what attention brings]."""

    def __init__(self, case):
        hidden = case["hidden"]
        super().__init__([
            models.MODULES[case["kind"]](case["width"], hidden, case["layers"], batch_first=True),
            nn.MultiheadAttention(hidden, case["heads"], batch_first=True),
        ])
        self.case = case

    def allowed(self, x):
        return look_at(x.shape[1], self.case.get("sources", [0] * x.shape[0]))

    def written_out(self, x, trace):
        depth, heads = self.case["layers"], self.case["heads"]
        h = models.recurrent_core(self.case["kind"], self[0], x, trace)
        h = trace.keep(f"layers.{depth}.residual", h)
        B, T, E = h.shape
        m = self[1]
        q, k, v = (part.view(B, T, heads, E // heads).transpose(1, 2)
                   for part in F.linear(h, m.in_proj_weight, m.in_proj_bias).chunk(3, -1))
        s = q @ k.transpose(-1, -2) / (E // heads) ** 0.5
        blocked = ~self.allowed(h)[:, None]
        p = trace.keep(f"layers.{depth}.attention", s.masked_fill(blocked, -torch.inf).softmax(-1))
        c = (p.masked_fill(blocked, 0) @ v).transpose(1, 2).reshape(B, T, E)
        return torch.cat([h, F.linear(c, m.out_proj.weight, m.out_proj.bias)], -1)

    def of_pytorch(self, x, case):
        h = self[0](x)[0]
        blocked = ~self.allowed(h).repeat_interleave(case["heads"], 0)
        return torch.cat([h, self[1](h, h, h, attn_mask=blocked)[0]], -1)


class Model(nn.Module):
    """tokens or features -> input layer -> core -> readout at every step, the last, or the mean"""

    def __init__(self, case):
        super().__init__()
        self.case = case
        if "tokens" in case:
            self.embedding = nn.Embedding(case["tokens"], case["width"])
        else:
            self.input = nn.Linear(case["features"], case["width"])
        attended = case["kind"] != "transformer"
        self.core = Attended(case) if attended else Blocks(case)
        self.readout = nn.Linear(2 * case["hidden"] if attended else case["width"],
                                 case["outputs"])

    def forward(self, x, trace=None):
        x = x @ self.embedding.weight if "tokens" in self.case else self.input(x)
        if trace is None:
            y = self.core.of_pytorch(x, self.case)
        else:
            y = self.core.written_out(x, trace)
        if self.case["last"]:
            y = y.mean(1, keepdim=True) if self.case.get("mean") else y[:, -1:]
        return self.readout(y)


def generate(name, case):
    torch.manual_seed(20240301)
    model = Model(case).double()
    models.random_values(model)
    stored, x, target = models.make_batch(case)

    theirs_logits, theirs_loss, theirs = models.gradients_of(model, case, x, target)
    trace = models.Trace()
    logits, loss, gradients = models.gradients_of(model, case, x, target, trace)
    models.assert_same("logits", logits, theirs_logits)
    models.assert_same("loss", loss, theirs_loss)
    for key in gradients:
        models.assert_same("gradient." + key, gradients[key], theirs[key])

    gradients |= trace.gradients()
    content = dict(model.named_parameters()) | trace.values()
    content |= {"input": stored, "target": target, "logits": logits, "loss": loss}
    content |= {"gradient." + key: value for key, value in gradients.items()}
    if "sources" in case:
        content["sources"] = torch.tensor(case["sources"])
    tensors.write(name, content)


BLOCK = dict(kind="transformer", layers=2, B=2, T=6, width=6, heads=2, tokens=5, outputs=4,
             loss="cross-entropy", last=False)
ATTENDED = dict(layers=1, B=3, T=8, width=5, hidden=6, heads=2, tokens=7, outputs=4,
                loss="cross-entropy", last=False)


def block_cases():
    for norm in ["before", "after", "none"]:
        for feed_forward in [True, False]:
            for residual in [True, False]:
                name = "block_" + norm
                name += "" if feed_forward else "_attention_only"
                name += "" if residual else "_no_residual"
                yield name, BLOCK | dict(norm=norm, feed_forward=feed_forward, residual=residual)


CASES = dict(block_cases()) | {
    "block_mean": BLOCK | dict(norm="after", feed_forward=True, residual=True, last=True,
                               mean=True, layers=1),
    "gru_attention": ATTENDED | dict(kind="gru"),
    "gru_attention_source": ATTENDED | dict(kind="gru", sources=[3, 0, 5]),
    "lstm_attention": ATTENDED | dict(kind="lstm", layers=2),
    "lstm_attention_source": ATTENDED | dict(kind="lstm", sources=[4, 7, 1]),
    "elman_attention": ATTENDED | dict(kind="elman"),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for case_name, case_values in CASES.items():
        generate(case_name, case_values)
