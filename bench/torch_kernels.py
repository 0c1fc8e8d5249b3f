"""What PyTorch's kernels cost on one core, in processor time: the same shapes as lightcache4j.bench.PerCore.

python bench/torch_kernels.py [words of a case]
"""

import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def best(f, seconds=1.0):
    """The least processor time of one run over all samples."""
    least, runs, start = float("inf"), 1, time.time()
    while time.time() - start < seconds:
        before = time.thread_time()
        for _ in range(runs):
            f()
        spent = time.thread_time() - before
        least = min(least, spent / runs)
        if spent < 2e-3:
            runs = min(2 * runs, 1 << 14)
    return least


def show(name, f, work=0):
    if all(word in name for word in sys.argv[1:]):
        seconds = best(f)
        print(f"{name:64} {seconds * 1e6:10.1f} us {work / seconds / 1e9:7.1f} GFLOP/s", flush=True)


for m, k, n in [(80, 192, 192), (80, 192, 768), (80, 768, 192), (256, 192, 768), (1, 192, 1152), (1024, 1536, 1536)]:
    x, w, b = torch.randn(m, k), torch.randn(n, k), torch.randn(n)
    show(f"linear {m}x{k}x{n}", lambda: F.linear(x, w, b), 2 * m * k * n)
x, w, b = torch.randn(80, 192), torch.randn(768, 192), torch.randn(768)
show("linear 80x192x768 GELU_TANH", lambda: F.gelu(F.linear(x, w, b), approximate="tanh"), 2 * 80 * 192 * 768)
for tokens, heads, d in [(336, 6, 32), (1024, 12, 64), (1024, 12, 128)]:
    q, k, v = (torch.randn(1, heads, tokens, d) for _ in range(3))
    show(
        f"attention L={tokens} heads={heads} d={d}",
        lambda: F.scaled_dot_product_attention(q, k, v),
        4 * tokens * tokens * heads * d,
    )
for t, h, w_, i, o in [
    (5, 8, 8, 64, 64),
    (9, 16, 16, 48, 48),
    (17, 32, 32, 32, 32),
    (17, 64, 64, 32, 16),
    (17, 64, 64, 16, 16),
    (17, 64, 64, 16, 3),
    (5, 32, 32, 128, 128),
]:
    x, w, b = torch.randn(1, i, t + 2, h, w_), torch.randn(o, i, 3, 3, 3), torch.randn(o)
    show(f"conv3d {t}x{h}x{w_} {i} to {o}", lambda: F.conv3d(x, w, b, padding=(0, 1, 1)), 2 * t * h * w_ * i * o * 27)
x, w = torch.randn(17, 16, 64, 64), torch.randn(16)
show("group norm 17x64x64x16 SILU", lambda: F.silu(F.group_norm(x, 8, w, w)))
x, y, w = torch.randn(336, 192), torch.randn(336, 192), torch.randn(192)
show("layer norm 336x192", lambda: F.layer_norm(x, (192,), w, w))
show("modulate 336x192", lambda: x * (1 + w) + w)
show("gatedSum 336x192", lambda: x + w * y)
x = torch.randn(336 * 768)
show("activate 258048 GELU_TANH", lambda: F.gelu(x, approximate="tanh"))
