"""What PyTorch's kernels take on an NVIDIA GPU: cuBLAS for linear layers, its choice of attention and
cuDNN's, cuDNN for convolutions; the cases of `lightcache4j.bench.DeviceKernels --large`.

    python bench/torch_gpu.py [words of a case]

needs a PyTorch with CUDA. Each line is the median of ten runs, by CUDA events: in float32, in tf32
where PyTorch has it (inputs rounded to 10 bits), and in bfloat16.
"""

import statistics
import sys

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

RUNS = 10
TOKENS = 7168 + 256


def median_ms(run):
    for _ in range(2):
        run()
    times = []
    for _ in range(RUNS):
        start = torch.cuda.Event(enable_timing=True)
        end = torch.cuda.Event(enable_timing=True)
        start.record()
        run()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times)


def show(name, flops, bytes_moved, run):
    if all(word in name for word in sys.argv[1:]):
        ms = median_ms(run)
        print(
            f"{name:56} {ms * 1e3:10.1f} us {flops / ms / 1e6:10.1f} GFLOP/s"
            f" {bytes_moved / ms / 1e6:8.1f} GB/s",
            flush=True,
        )


def numbers(*shape, dtype=torch.float32):
    return torch.randn(*shape, device="cuda", dtype=dtype)


def linears(name, dtype):
    for m, k, n in (
        (4096, 4096, 4096),
        (TOKENS, 3072, 3072),
        (TOKENS, 3072, 12288),
        (TOKENS, 12288, 3072),
    ):
        x, w, b = numbers(m, k, dtype=dtype), numbers(n, k, dtype=dtype), numbers(n, dtype=dtype)
        size = x.element_size() * (m * k + n * k + m * n)
        show(f"linear {m}x{k}x{n} {name}", 2 * m * k * n, size, lambda: F.linear(x, w, b))


def attentions(name, dtype):
    for tokens, heads, width in ((TOKENS, 48, 64), (4096, 12, 128)):
        q, k, v = (numbers(1, heads, tokens, width, dtype=dtype) for _ in range(3))
        case = f"attention L={tokens} heads={heads} d={width} {name}"
        flops = 4 * tokens * tokens * heads * width
        size = 4 * q.numel() * q.element_size()
        show(case, flops, size, lambda: F.scaled_dot_product_attention(q, k, v))
        if dtype == torch.bfloat16:
            with sdpa_kernel(SDPBackend.CUDNN_ATTENTION):
                show(f"{case} cuDNN", flops, size, lambda: F.scaled_dot_product_attention(q, k, v))


def convolutions(name, dtype):
    for frames, side, channels in ((9, 64, 128), (9, 128, 128), (5, 64, 512)):
        x = numbers(1, channels, frames + 2, side, side, dtype=dtype)
        w = numbers(channels, channels, 3, 3, 3, dtype=dtype)
        x, w = (t.to(memory_format=torch.channels_last_3d) for t in (x, w))
        positions = frames * side * side
        show(
            f"conv3d {frames}x{side}x{side} {channels} to {channels} {name}",
            2 * positions * channels * channels * 27,
            x.element_size() * (x.numel() + w.numel() + positions * channels),
            lambda: F.conv3d(x, w, padding=(0, 1, 1)),
        )


def main():
    torch.manual_seed(0)
    torch.backends.cudnn.benchmark = True
    print(torch.__version__, torch.cuda.get_device_name(), "CUDA", torch.version.cuda)
    x, y = numbers(1 << 24), numbers(1 << 24)
    show("copy of 16777216", 0, 8 << 24, lambda: y.copy_(x))
    for name in ("float32", "tf32", "bfloat16"):
        torch.backends.cuda.matmul.allow_tf32 = name == "tf32"
        torch.backends.cudnn.allow_tf32 = name == "tf32"
        dtype = torch.bfloat16 if name == "bfloat16" else torch.float32
        linears(name, dtype)
        convolutions(name, dtype)
        if name != "tf32":
            attentions(name, dtype)
    x, w = numbers(TOKENS, 3072), numbers(3072)
    show("layer norm", 0, 8 * x.numel(), lambda: F.layer_norm(x, (3072,), w, w))


main()
