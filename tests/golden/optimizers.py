"""Twenty updates by torch.optim and clip_grad_norm_, for tests/common/training/test_optimizer.c.

A matrix and a vector; weight decay acts on the matrix only, as a parameter group. Computed in double
and stored as float: "NAME.matrix" (updates, ...) are the weights after each update. The gradients
span many sizes, and one element's is always zero.
"""
import torch

import tensors

UPDATES = 20
SHAPES = {"matrix": (5, 7), "vector": (11,)}

OPTIMIZERS = {
    "sgd": lambda groups: torch.optim.SGD(groups, lr=0.1),
    "sgd_decay": lambda groups: torch.optim.SGD(groups, lr=0.1, weight_decay=0.1),
    "momentum": lambda groups: torch.optim.SGD(groups, lr=0.02, momentum=0.9),
    "momentum_decay": lambda groups: torch.optim.SGD(groups, lr=0.02, momentum=0.9,
                                                     weight_decay=0.1),
    "adam": lambda groups: torch.optim.Adam(groups, lr=0.003),
    "adam_decay": lambda groups: torch.optim.Adam(groups, lr=0.003, weight_decay=0.1),
    "adamw": lambda groups: torch.optim.AdamW(groups, lr=0.003, weight_decay=0),
    "adamw_decay": lambda groups: torch.optim.AdamW(groups, lr=0.003, weight_decay=0.1),
    "rmsprop": lambda groups: torch.optim.RMSprop(groups, lr=0.003),
    "rmsprop_decay": lambda groups: torch.optim.RMSprop(groups, lr=0.003, weight_decay=0.1),
}


def exact(x):
    """The nearest floats, as doubles."""
    return x.float().double()


def make_gradients(shape):
    gradients = torch.randn(UPDATES, *shape) * 10 ** (-4 * torch.rand(UPDATES, *shape))
    gradients.view(UPDATES, -1)[:, 3] = 0
    return exact(gradients)


def run(make, first, gradients):
    """Weights after every update, for matrix and vector."""
    weights = {name: value.clone().requires_grad_() for name, value in first.items()}
    optimizer = make([{"params": [weights["matrix"]]},
                      {"params": [weights["vector"]], "weight_decay": 0}])
    history = {name: [] for name in SHAPES}
    for update in range(UPDATES):
        for name, weight in weights.items():
            weight.grad = gradients[name][update].clone()
        optimizer.step()
        for name, weight in weights.items():
            history[name].append(weight.detach().clone())
    return {name: torch.stack(values) for name, values in history.items()}


def clipping():
    """Norms on both sides of the largest one allowed, with the factor that was applied."""
    largest = exact(torch.tensor([1.0, 1.0, 0.5, 1e-3, 100.0, 1e-7, 3.0]))
    length = exact(torch.tensor([0.25, 4.0, 0.5, 1e3, 99.0, 1e-7, 3.000001]))
    norms, factors = [], []
    for most, norm in zip(largest, length):
        direction = torch.randn(9).double()
        p = torch.zeros(9, dtype=torch.double, requires_grad=True)
        p.grad = norm * direction / direction.norm()
        before = p.grad.clone()
        norms.append(torch.nn.utils.clip_grad_norm_([p], most.item()))
        factors.append((p.grad / before).mean())
    return {"clip.largest": largest, "clip.norm": torch.stack(norms),
            "clip.factor": torch.stack(factors)}


if __name__ == "__main__":
    torch.manual_seed(20240301)
    torch.set_num_threads(1)
    first = {name: exact(torch.randn(*shape)) for name, shape in SHAPES.items()}
    gradients = {name: make_gradients(shape) for name, shape in SHAPES.items()}
    content = {"first." + name: value for name, value in first.items()}
    content |= {"gradient." + name: value for name, value in gradients.items()}
    for optimizer_name, make in OPTIMIZERS.items():
        for name, values in run(make, first, gradients).items():
            content[f"{optimizer_name}.{name}"] = values
    tensors.write("optimizers", content | clipping())
