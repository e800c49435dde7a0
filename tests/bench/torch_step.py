#!/usr/bin/python3
"""PyTorch as the peer of `duet bench`: the training step of a shape, in milliseconds.

    ./duet bench --against "/usr/bin/python3 tests/bench/torch_step.py"

Reads lines "SHAPE SECONDS" and answers each with a line of JSON (viz/bench/bench_peer.h). A step is
zero_grad, forward, cross-entropy at every position, backward, clipping to norm 1 and Adam; vocabulary 16,
embedding as wide as the core, random tokens, float32. Data are made beforehand, which favours PyTorch.

    tuned      the fastest of one thread and all, and for Transformers of a GPT written by hand and
               nn.TransformerEncoder; the BLAS is told of AVX-512, malloc keeps its memory
    installed  as it comes, and the GPT

Settings must be in the environment before torch is loaded, so each has a process of its own that lives on,
and sleeps between two questions.
"""
import json
import os
import platform
import statistics
import subprocess
import sys
import time

VOCABULARY = 16
WARM_STEPS, STEPS, STEPS_MOST = 2, 2, 3000
HOPELESS = 2.5  # a way that never came closer to the fastest is not tried again for that shape
ASLEEP = 0.05  # seconds until threads that wait for work no longer spin
CELLS = {"elman": "RNN", "gru": "GRU", "lstm": "LSTM"}


def shape_of(name):
    """The sizes in a name: MODEL-LAYERS-WIDTH[-HEADS]-T-BATCH."""
    model, *sizes = name.split("-")
    keys = ["layers", "width", "heads", "steps", "batch"]
    if model in CELLS:
        keys.remove("heads")
    elif model != "transformer":
        raise ValueError(f"{name}: no such model")
    if len(sizes) != len(keys) or not all(size.isdigit() for size in sizes):
        raise ValueError(f"{name}: sizes are {', '.join(keys)}")
    return {"model": model, **dict(zip(keys, map(int, sizes)))}


# The worker: one process with its settings -----------------------------------------------------------


def recurrent(torch, shape):
    """nn.RNN, nn.GRU or nn.LSTM between embedding and readout; (T, B) tokens."""
    nn = torch.nn

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            width = shape["width"]
            self.embedding = nn.Embedding(VOCABULARY, width)
            self.core = getattr(nn, CELLS[shape["model"]])(width, width, shape["layers"])
            self.readout = nn.Linear(width, VOCABULARY)

        def forward(self, tokens):
            return self.readout(self.core(self.embedding(tokens))[0])

    return Recurrent(), (shape["steps"], shape["batch"])


def transformer(torch, shape, core):
    """core(width, heads, layers, T) between embedding with learned positions, and readout; (B, T) tokens."""
    nn = torch.nn

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            width, steps = shape["width"], shape["steps"]
            self.embedding = nn.Embedding(VOCABULARY, width)
            self.positions = nn.Parameter(0.02 * torch.randn(steps, width))
            self.core = core(torch, width, shape["heads"], shape["layers"])
            self.readout = nn.Linear(width, VOCABULARY)
            self.register_buffer("mask", torch.full((steps, steps), float("-inf")).triu(1))

        def forward(self, tokens):
            return self.readout(self.core(self.embedding(tokens) + self.positions, self.mask))

    return Transformer(), (shape["batch"], shape["steps"])


def gpt_core(torch, width, heads, layers):
    """GPT-2's blocks as one writes them by hand, GELU by tanh."""
    nn, functional = torch.nn, torch.nn.functional

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.linear1, self.linear2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x, mask):
            batch, steps, _ = x.shape
            head = width // heads
            qkv = self.qkv(self.norm1(x)).view(batch, steps, 3, heads, head)
            q, k, v = qkv.permute(2, 0, 3, 1, 4)
            weights = functional.softmax((q * head**-0.5) @ k.transpose(-2, -1) + mask, dim=-1)
            x = x + self.out((weights @ v).transpose(1, 2).reshape(batch, steps, width))
            return x + self.linear2(functional.gelu(self.linear1(self.norm2(x)), approximate="tanh"))

    class Core(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList(Block() for _ in range(layers))
            self.norm = nn.LayerNorm(width)

        def forward(self, x, mask):
            for block in self.blocks:
                x = block(x, mask)
            return self.norm(x)

    return Core()


def encoder_core(torch, width, heads, layers):
    """nn.TransformerEncoder, norm first."""
    nn = torch.nn

    class Core(nn.Module):
        def __init__(self):
            super().__init__()
            layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, "gelu", batch_first=True,
                                               norm_first=True)
            self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width))

        def forward(self, x, mask):
            return self.encoder(x, mask=mask)

    return Core()


class Training:
    """One model and its optimizer, kept from round to round."""

    def __init__(self, torch, name, core):
        shape = shape_of(name)
        torch.manual_seed(0)
        if core == "recurrent":
            self.model, size = recurrent(torch, shape)
        else:
            self.model, size = transformer(torch, shape, gpt_core if core == "gpt" else encoder_core)
        self.torch = torch
        self.tokens = torch.randint(VOCABULARY, size)
        self.answers = torch.randint(VOCABULARY, size)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, foreach=True)
        self.is_warm = False

    def step(self):
        """Milliseconds of one training step."""
        begin = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        outputs = self.model(self.tokens).reshape(-1, VOCABULARY)
        loss = self.torch.nn.functional.cross_entropy(outputs, self.answers.reshape(-1))
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        loss.item()
        return 1e3 * (time.perf_counter() - begin)

    def measure(self, seconds):
        """The median of the steps of that time, after some that are not counted."""
        for _ in range(1 if self.is_warm else WARM_STEPS):
            self.step()
        self.is_warm = True
        begin, took = time.perf_counter(), []
        while len(took) < STEPS or (time.perf_counter() - begin < seconds and len(took) < STEPS_MOST):
            took.append(self.step())
        return statistics.median(took)


def work(threads):
    """The life of a worker: lines {"shape", "core", "seconds"} in, {"milliseconds"} or {"error"} out."""
    import torch

    if threads > 0:
        torch.set_num_threads(threads)
    print(json.dumps({"version": torch.__version__}), flush=True)
    key, training = None, None
    for line in sys.stdin:
        order = json.loads(line)
        try:
            if key != (order["shape"], order["core"]):
                key, training = None, None  # the old one's memory first
                training = Training(torch, order["shape"], order["core"])
                key = (order["shape"], order["core"])
            answer = {"milliseconds": training.measure(order["seconds"])}
        except (ValueError, RuntimeError, MemoryError) as error:
            answer = {"error": " ".join(str(error).split())[:100] or type(error).__name__}
        time.sleep(ASLEEP)
        print(json.dumps(answer), flush=True)


# The peer: it asks its workers ----------------------------------------------------------------------


def has_avx512():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = next((line.split() for line in file if line.startswith("flags")), [])
    except OSError:
        return False
    return {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= set(flags)


def tuned_settings(threads):
    """The environment in which this machine's PyTorch is fastest."""
    settings = {
        "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
        "MALLOC_TOP_PAD_": str(1 << 26),
    }
    if has_avx512():
        settings.update(OPENBLAS_CORETYPE="SKYLAKEX", ATEN_CPU_CAPABILITY="avx512")
    if threads == 1:
        settings.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    blas = f"/usr/lib/{platform.machine()}-linux-gnu/openblas-openmp"
    if threads > 1 and os.path.isdir(blas):  # libopenblas0-openmp
        settings["LD_LIBRARY_PATH"] = blas
    return settings


class Worker:
    def __init__(self, threads, settings):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), "--work", str(threads)],
            env={**os.environ, **settings}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = None

    def greet(self):
        """Wait until it has PyTorch. All are started before one is waited for."""
        self.version = self.answer()["version"]

    def answer(self):
        line = self.process.stdout.readline()
        if line == "":
            raise RuntimeError("PyTorch could not be started")
        return json.loads(line)

    def ask(self, name, core, seconds):
        """Milliseconds; RuntimeError if it cannot."""
        order = {"shape": name, "core": core, "seconds": seconds}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        answer = self.answer()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["milliseconds"]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    def __init__(self):
        cores = len(os.sched_getaffinity(0))
        self.tuned = [Worker(threads, tuned_settings(threads)) for threads in sorted({1, cores})]
        self.installed = Worker(0, {})
        for worker in [*self.tuned, self.installed]:
            worker.greet()
        self.name = None
        self.best = {}  # milliseconds of each tuned way, a worker and a core, of the shape `name`

    def measure(self, name, seconds):
        cores = ["gpt", "encoder"] if shape_of(name)["model"] == "transformer" else ["recurrent"]
        if name != self.name:
            self.name = name
            self.best = {(worker, core): float("inf") for worker in self.tuned for core in cores}
        took = {way: way[0].ask(name, way[1], seconds) for way in self.best}
        best = {way: min(self.best[way], took[way]) for way in took}
        self.best = {way: best[way] for way in best if best[way] <= HOPELESS * min(best.values())}
        return {"tuned": min(took.values()), "installed": self.installed.ask(name, cores[0], seconds)}

    def answer(self, line):
        name, seconds = line.split()
        answer = {"shape": name, "peer": f"PyTorch {self.installed.version}"}
        try:
            return {**answer, "milliseconds": self.measure(name, float(seconds))}
        except (ValueError, RuntimeError) as error:
            return {**answer, "error": str(error)}

    def end(self):
        for worker in [*self.tuned, self.installed]:
            worker.end()


def main():
    if sys.argv[1:2] == ["--work"]:
        work(int(sys.argv[2]))
        return
    peer = Peer()
    for line in sys.stdin:
        print(json.dumps(peer.answer(line)), flush=True)
    peer.end()


if __name__ == "__main__":
    main()
