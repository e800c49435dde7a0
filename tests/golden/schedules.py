"""Learning rates by torch.optim.lr_scheduler, for tests/common/training/test_schedule.c.

"NAME" (updates,) is the rate of every update in a training of STEPS, and of some after its end where
torch and we agree about those; the base rate is 1. A schedule that begins after FROM updates is torch's
SequentialLR with nothing before it.
"""
import torch
from torch.optim import lr_scheduler

import tensors

STEPS, LATER, WARMUP, FROM = 60, 15, 7, 24


def constant(optimizer):
    return lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)


def linear(optimizer, steps, to):
    return lr_scheduler.LinearLR(optimizer, 1.0, to, steps)


def cosine(optimizer, steps, to):
    return lr_scheduler.CosineAnnealingLR(optimizer, steps, eta_min=to)


def rise(optimizer):
    return lr_scheduler.LinearLR(optimizer, 1.0 / WARMUP, 1.0, WARMUP - 1)


def after(make, optimizer, to):
    """A fall that begins after FROM updates."""
    first = constant(optimizer)
    return lr_scheduler.SequentialLR(optimizer, [first, make(optimizer, STEPS - FROM, to)], [FROM])


SCHEDULES = {
    "constant": (constant, LATER),
    "warmup": (rise, LATER),
    "linear": (lambda o: linear(o, STEPS, 0.05), LATER),
    "linear_to_zero": (lambda o: linear(o, STEPS, 0.0), LATER),
    "linear_late": (lambda o: after(linear, o, 0.05), LATER),
    "cosine": (lambda o: cosine(o, STEPS, 0.05), 1),
    "cosine_to_zero": (lambda o: cosine(o, STEPS, 0.0), 1),
    "cosine_late": (lambda o: after(cosine, o, 0.05), 1),
    "step": (lambda o: lr_scheduler.StepLR(o, 11, 0.3), LATER),
    "warmup_step": (lambda o: lr_scheduler.ChainedScheduler(
        [rise(o), lr_scheduler.StepLR(o, 5, 0.5)]), LATER),
    "warmup_linear": (lambda o: lr_scheduler.ChainedScheduler(
        [rise(o), linear(o, STEPS, 0.05)]), LATER),
    "warmup_cosine": (lambda o: lr_scheduler.ChainedScheduler(
        [rise(o), cosine(o, STEPS, 0.0)]), 1),
}


def rates(make, later):
    weight = torch.zeros(1, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=1.0)
    schedule = make(optimizer)
    result = []
    for _ in range(STEPS + later):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return torch.tensor(result, dtype=torch.double)


if __name__ == "__main__":
    tensors.write("schedules", {name: rates(*row) for name, row in SCHEDULES.items()})
