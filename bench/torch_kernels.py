"""The engine's kernels and PyTorch's in turns, on the same shapes and threads: python bench/torch_kernels.py [words of a case]

Needs torch (tests/fixtures/requirements.txt) and bench/target/benchmarks.jar. For each case both sides run in short samples, one
after the other, so that a busy moment of the machine hits both; the table has medians, and the middle half of the ratios of neighbouring
samples as spread. The engine's result is verified against the reference first, save for sizes that would take it minutes (marked *).
The first lines are the machine's own limits: multiply-adds in registers, and reading one buffer while writing another.
Pin both to the cores that they may use: taskset -c 1 python bench/torch_kernels.py
"""

import argparse
import os
import statistics
import subprocess
import time
from pathlib import Path

import torch
import torch.nn.functional as F

ROOT = Path(__file__).resolve().parent.parent

LINEAR = [
    "linear 80 192 192 F32 NONE",
    "linear 80 192 768 F32 GELU_TANH",
    "linear 256 192 768 F32 NONE",
    "linear 1 192 1152 F32 NONE",
    "linear 1024 1536 1536 F32 NONE",
    "linear 1024 1536 1536 BF16 NONE",
    "linear 1024 1536 1536 F16 NONE",
    "linear 1024 1536 8960 F32 GELU_TANH",
    "linear 1023 3072 3072 F32 NONE",
    "linear 1024 3072 12288 BF16 NONE",
    "linear 8192 1536 1536 BF16 NONE",
    "linear 32760 1536 8960 BF16 GELU_TANH",
]
ATTENTION = [
    "attention 336 336 6 32",
    "attention 1024 1024 12 64",
    "attention 1024 1024 12 128",
    "attention 7424 7424 4 64",
    "attention 32760 32760 1 128",
    "maskedAttention 4096 512 12 128",
]
CONVOLUTION = [
    "conv3d 5 8 8 64 64",
    "conv3d 9 16 16 48 48",
    "conv3d 17 32 32 32 32",
    "conv3d 17 64 64 16 16",
    "conv3d 5 32 32 128 128",
    "conv3d 5 64 64 256 128",
    "conv3d 3 32 32 512 512",
]
MEMORY = [
    "groupNormalize 9 128 128 128 32",
    "layerNorm 8192 1536",
    "modulate 8192 1536",
    "gatedSum 8192 1536",
    "activate 12582912",
    "rope 8192 12 128",
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="words that a case must have; none for all")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32", help="what PyTorch computes in; the engine computes in float32")
    parser.add_argument("--rounds", type=int, default=11, help="samples of each side")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of a sample, at least one run")
    parser.add_argument("--cpu", action="store_true", help="processor time of one thread instead of wall clock, for busy machines")
    parser.add_argument("--java", default=str(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if "JAVA_HOME" in os.environ else "java")
    return parser.parse_args()


class Engine:
    """lightcache4j.bench.Peer in a process of its own."""

    def __init__(self, args):
        command = [args.java, "-Xmx8g", f"@{ROOT / 'cli/jvm.options'}", "--add-modules", "jdk.incubator.vector"]
        command += ["-cp", str(ROOT / "bench/target/benchmarks.jar"), "lightcache4j.bench.Peer", str(args.threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise SystemExit(f"bench: the engine ended at '{line}'; run lightcache4j.bench.Peer by hand to see why")
        return answer


def numbers(words):
    return [int(word) for word in words if word.isdigit()]


def attend(queries, keys, heads, width, masked):
    q, k, v = torch.randn(1, heads, queries, width), torch.randn(1, heads, keys, width), torch.randn(1, heads, keys, width)
    mask = torch.zeros(1, 1, 1, keys) if masked else None
    if masked:
        mask[..., keys - keys // 4 :] = float("-inf")
    return lambda: F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def convolve(frames, height, width, inputs, outputs):
    x, w, b = torch.randn(1, inputs, frames + 2, height, width), torch.randn(outputs, inputs, 3, 3, 3), torch.randn(outputs)
    return lambda: F.conv3d(x, w, b, padding=(0, 1, 1))


def rotate(tokens, heads, width):
    """Neighbouring pairs, as diffusers rotates them."""
    x, cos, sin = torch.randn(tokens, heads, width), torch.randn(tokens, 1, width), torch.randn(tokens, 1, width)

    def run():
        a, b = x.reshape(tokens, heads, width // 2, 2).unbind(-1)
        return x * cos + torch.stack([-b, a], dim=-1).flatten(2) * sin

    return run


def linear(m, k, n, activation):
    x, w, b = torch.randn(m, k), torch.randn(n, k), torch.randn(n)
    if activation == "GELU_TANH":
        return lambda: F.gelu(F.linear(x, w, b), approximate="tanh")
    return lambda: F.linear(x, w, b)


def group_norm(frames, height, width, channels, groups):
    x, w = torch.randn(frames, channels, height, width), torch.randn(channels)
    return lambda: F.silu(F.group_norm(x, groups, w, w))


def rowwise(kind, rows, width):
    x, y, w = torch.randn(rows, width), torch.randn(rows, width), torch.randn(width)
    return {
        "layerNorm": lambda: F.layer_norm(x, (width,), w, w),
        "modulate": lambda: x * (1 + w) + w,
        "gatedSum": lambda: x + w * y,
    }[kind]


def peer(case):
    """The same in PyTorch, in the default dtype."""
    kind, *rest = case.split()
    n = numbers(rest)
    match kind:
        case "linear":
            return linear(*n, rest[-1])
        case "attention" | "maskedAttention":
            return attend(*n, kind == "maskedAttention")
        case "conv3d":
            return convolve(*n)
        case "groupNormalize":
            return group_norm(*n)
        case "layerNorm" | "modulate" | "gatedSum":
            return rowwise(kind, *n)
        case "activate":
            x = torch.randn(n[0])
            return lambda: F.gelu(x, approximate="tanh")
        case "rope":
            return rotate(*n)
    return None


def sample(run, seconds, cpu):
    """Seconds of one run, of a sample of so many seconds."""
    start, spent, runs = time.perf_counter(), time.thread_time(), 0
    while True:
        run()
        runs += 1
        wall = time.perf_counter() - start
        if wall >= seconds:
            return (time.thread_time() - spent if cpu else wall) / runs


def rate(work, size, seconds):
    return f"{work / seconds / 1e9:7.1f} GFLOP/s" if work else f"{size / seconds / 1e9:7.1f} GB/s   "


def measure(engine, case, args):
    work, size, verified = engine.ask(f"open {case}")
    work, size = float(work), float(size)
    run = peer(case)
    if run:
        run()
    ours, theirs = [], []
    for _ in range(args.rounds):
        ours.append(float(engine.ask(f"run {args.seconds}")[1 if args.cpu else 0]))
        if run:
            theirs.append(sample(run, args.seconds, args.cpu))
    mark = "" if verified == "true" else " *"
    here = statistics.median(ours)
    row = f"| {case + mark:40} | {here * 1e3:11.4f} ms | {rate(work, size, here)} |"
    if run:
        there = statistics.median(theirs)
        ratios = sorted(t / o for o, t in zip(ours, theirs))
        low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
        row += f" {there * 1e3:11.4f} ms | {rate(work, size, there)} | {statistics.median(ratios):5.2f} | {low:.2f} to {high:.2f} |"
    else:
        row += " | | | |"
    print(row, flush=True)


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    torch.set_default_dtype(getattr(torch, args.dtype))
    engine = Engine(args)
    print(f"{args.threads} threads, torch {torch.__version__} in {args.dtype}, {'processor time' if args.cpu else 'wall clock'}, {args.rounds} samples\n")
    print("| case | engine | | PyTorch | | engine is | spread |\n|---|---:|---:|---:|---:|---:|---|")
    for case in ["multiplyAdd", "stream", *LINEAR, *ATTENTION, *CONVOLUTION, *MEMORY]:
        if all(word in case for word in args.words):
            measure(engine, case, args)
    engine.process.stdin.close()
    engine.process.wait()


if __name__ == "__main__":
    main()
