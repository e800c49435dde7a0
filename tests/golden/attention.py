"""One attention layer under every mask with every position code, by PyTorch in double.

attention_POSITION.safetensors holds the weights, an input x (B, T, E), the gradient dy on the output,
and for each mask "MASK." + y, attention (B, heads, T, T), and the gradients on x and on the weights
("gradient." + name). Sequence 0 is whole; sequence 1 begins with a source and ends with padding, where
dy is 0.

attention() is the dense definition: a matrix of booleans says who looks where. Whatever
nn.MultiheadAttention can express, all masks but two-level and all positions but rope, is held against
it to 1e-12.
"""
import torch
from torch import nn
from torch.nn import functional as F

import tensors

B, T, E, HEADS = 2, 29, 8, 2
WIDTH = E // HEADS
LENGTHS, SOURCES = [T, 26], [0, 11]
SPANS = {"causal": 0, "full": 0, "window": 5, "block": 6, "strided": 4, "two_level": 5}
POSITIONS = ["none", "rope", "alibi"]


def looks(mask, n, source):
    """(T, T) booleans: True where query i looks at step j of a sequence of n steps."""
    i, j = torch.arange(T)[:, None], torch.arange(T)[None, :]
    span = SPANS[mask]
    allowed = {
        "causal": lambda: j <= i,
        "full": lambda: (i >= 0) & (j >= 0),
        "window": lambda: (j <= i) & (i - span < j),
        "block": lambda: (j <= i) & (i // span == j // span),
        "strided": lambda: (j <= i) & ((i - j < span) | ((i - j) % span == 0)),
        "two_level": lambda: (j <= i) & (i // span == j // span),
    }[mask]()
    if source:
        allowed = torch.where(i >= source, j < source, allowed & (j < source))
    return allowed & (i < n) & (j < n)


def looks_at_means(mask, n, source):
    """(T, blocks): True where query i looks at the mean of a whole block."""
    span = SPANS[mask]
    blocks = T // span if mask == "two_level" else 0
    i, m = torch.arange(T)[:, None], torch.arange(blocks)[None, :]
    return (m < i // max(span, 1)) & (i < (source or n))


def rope(x):
    """x (B, heads, T, WIDTH): neighbours are a complex number, which step t turns by t f_c."""
    frequency = 10000.0 ** (-torch.arange(0, WIDTH, 2).double() / WIDTH)
    angle = torch.arange(T).double()[:, None] * frequency
    turned = torch.view_as_complex(x.reshape(B, HEADS, T, WIDTH // 2, 2)) * torch.polar(
        torch.ones_like(angle), angle)
    return torch.view_as_real(turned).reshape(x.shape)


def alibi(places):
    """(heads, T, len(places)): what the distance to keys at these places takes off a score."""
    slopes = 2.0 ** (-8.0 * torch.arange(1, HEADS + 1).double() / HEADS)
    distance = (torch.arange(T).double()[:, None] - places[None, :]).abs()
    return -slopes[:, None, None] * distance


def attention(module, x, mask, position):
    """y (B, T, E) and the weights on steps (B, heads, T, T); rows of padding have none."""
    q, k, v = (part.view(B, T, HEADS, WIDTH).transpose(1, 2)
               for part in F.linear(x, module.in_proj_weight, module.in_proj_bias).chunk(3, -1))
    if position == "rope":
        q, k = rope(q), rope(k)
    span, allowed = SPANS[mask], torch.stack([looks(mask, *s) for s in zip(LENGTHS, SOURCES)])
    places = torch.arange(T).double()
    if mask == "two_level":
        blocks = T // span
        means = [part[:, :, :blocks * span].view(B, HEADS, blocks, span, WIDTH).mean(3)
                 for part in (k, v)]
        k, v = torch.cat([k, means[0]], 2), torch.cat([v, means[1]], 2)
        places = torch.cat([places, torch.arange(blocks) * span + (span - 1) / 2])
        more = torch.stack([looks_at_means(mask, *s) for s in zip(LENGTHS, SOURCES)])
        allowed = torch.cat([allowed, more], 2)
    s = q @ k.transpose(-1, -2) / WIDTH ** 0.5
    if position == "alibi":
        s = s + alibi(places)
    s = s.masked_fill(~allowed[:, None], -torch.inf)
    nobody = ~allowed.any(-1)[:, None, :, None]  # PyTorch's softmax of nothing is NaN; ours is 0
    p = s.masked_fill(nobody, 0).softmax(-1).masked_fill(nobody, 0)
    mix = (p @ v).transpose(1, 2).reshape(B, T, E)
    shown = p[..., :T]
    if mask == "two_level":  # the weight of a mean is that of its steps, in equal shares
        shares = (p[..., T:] / span).repeat_interleave(span, -1)
        shown = shown + F.pad(shares, (0, T - shares.shape[-1]))
    return F.linear(mix, module.out_proj.weight, module.out_proj.bias), shown


def attention_of_pytorch(module, x, mask, position):
    """The same by the module; padding looks at step 0 there, and its rows are not used."""
    allowed = torch.stack([looks(mask, *s) for s in zip(LENGTHS, SOURCES)])
    allowed[:, :, 0] |= ~allowed.any(-1)
    bias = torch.zeros(B, HEADS, T, T).double()
    if position == "alibi":
        bias += alibi(torch.arange(T).double())
    bias = bias.masked_fill(~allowed[:, None], -torch.inf).view(B * HEADS, T, T)
    return module(x, x, x, attn_mask=bias, average_attn_weights=False)


def not_padding(values, axis):
    keep = torch.stack([torch.arange(T) < n for n in LENGTHS])
    return values * keep.view([B] + [1] * (axis - 1) + [T] + [1] * (values.dim() - axis - 1))


def gradients_of(forward, module, x, dy, mask, position):
    x = x.clone().requires_grad_()
    module.zero_grad()
    y, p = forward(module, x, mask, position)
    (y * dy).sum().backward()
    found = {"x": x.grad} | {name: w.grad.clone() for name, w in module.named_parameters()}
    return y, p, found


def assert_same(name, ours, theirs):
    difference = (ours - theirs).abs().max().item()
    assert difference < 1e-12, f"{name} is off by {difference} from PyTorch's own"


def generate(position):
    torch.manual_seed(20240229)
    module = nn.MultiheadAttention(E, HEADS, batch_first=True).double()
    for parameter in module.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
        parameter.data = parameter.data.float().double()
    x, dy = (torch.randn(B, T, E).float().double() for _ in range(2))
    dy = not_padding(dy, 1)
    content = dict(module.named_parameters()) | {"x": x, "dy": dy}
    for mask in SPANS:
        y, p, gradients = gradients_of(attention, module, x, dy, mask, position)
        if position != "rope" and mask != "two_level":
            their_y, their_p, theirs = gradients_of(attention_of_pytorch, module, x, dy, mask,
                                                    position)
            assert_same("y", not_padding(y, 1), not_padding(their_y, 1))
            assert_same("attention", not_padding(p, 2), not_padding(their_p, 2))
            for key in gradients:
                assert_same("gradient." + key, gradients[key], theirs[key])
        content |= {f"{mask}.y": y, f"{mask}.attention": p}
        content |= {f"{mask}.gradient.{key}": value for key, value in gradients.items()}
    tensors.write("attention_" + position, content)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for code in POSITIONS:
        generate(code)
