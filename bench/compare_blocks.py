"""A transformer block as wide as those of large models, in diffusers and in the engine: python bench/compare_blocks.py

Needs the packages of tests/fixtures/requirements.txt and a built engine. Each case is an EasyAnimateTransformer3DModel with one block
and random weights, stored once in bfloat16 in a temporary folder (0.5 GB at most). Verifies before it times: engine and diffusers, both
in float32, must agree to 1e-4. Then, in rounds, one side after the other, so that a busy moment of the machine hits all:

- the engine, float32 arithmetic on the bfloat16 weights, through `trace --repeat`, in a new process each round;
- diffusers in float32, with the weights widened once;
- diffusers in bfloat16.

A run is one forward of the whole model, so what surrounds the block (patch embedding, rotary tables, projections of text and result)
is timed too, on all sides alike. Every side has made one forward before its first timed one.

Cases:

- easyanimate-7b: the block of EasyAnimate V5.1 7B (48 heads of 64, feed-forward 12288, text of 3584) at 25 frames of 512x512, 7168
  tokens and 256 of text;
- wan-1.3b-width: the same class as wide as Wan 1.3B (12 heads of 128) at 81 frames of 832x480, 32760 tokens and 256 of text. It is
  not Wan's block: text is attended to along with video, and the feed-forward is 4 times the width, 6144 where Wan has 8960, for the
  class has no field for it.

Prints a Markdown table: medians and, in brackets, the middle half of the runs; for ratios, of the rounds.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import diffusers
import torch
from diffusers import EasyAnimateTransformer3DModel
from safetensors.torch import load_file, save_file

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))
from fixturelib import generator, randomise  # noqa: E402

BOUND = 1e-4
TEXT_TOKENS = 256
COMMON = dict(in_channels=16, out_channels=16, patch_size=2, num_layers=1, mmdit_layers=1, time_embed_dim=512, text_embed_dim=3584,
              add_norm_text_encoder=True)

# name: (config, frames, height and width of the latent)
CASES = {
    "easyanimate-7b": (dict(num_attention_heads=48, attention_head_dim=64), (7, 64, 64)),
    "wan-1.3b-width": (dict(num_attention_heads=12, attention_head_dim=128), (21, 60, 104)),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--rounds", type=int, default=3, help="turns of all sides")
    parser.add_argument("--repeat", type=int, default=3, help="timed runs of a side in each round")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True, help="time diffusers in bfloat16 too")
    parser.add_argument("--tokens", type=int, help="cut the clip to so many video tokens at most, to try the script")
    parser.add_argument("--engine", type=Path, default=ROOT / "lightcache4j", help="the launcher")
    parser.add_argument("--java", type=Path, help="bin/java of the JDK that the launcher shall take; it finds one itself if not given")
    args = parser.parse_args()
    for name in ("rounds", "repeat", "threads", "tokens"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            parser.error(f"--{name}: is {getattr(args, name)}, wanted 1 or more")
    return args


def latent_size(size, tokens):
    """Frames, height and width, cut to at most so many tokens where a number is given, but not below one row of them."""
    frames, height, width = size
    if tokens is None:
        return size
    rows = min(height // 2, max(1, tokens // (width // 2)))
    return min(frames, max(1, tokens // (rows * width // 2))), 2 * rows, width


class Case:
    """A model stored in a folder, and its inputs."""

    def __init__(self, name, folder, tokens):
        config, size = CASES[name]
        g = generator("compare_blocks", name)
        self.name, self.folder = name, folder
        self.frames, self.height, self.width = latent_size(size, tokens)
        model = EasyAnimateTransformer3DModel(**COMMON, **config)
        randomise(model, g)
        model.to(torch.bfloat16).save_pretrained(folder / "model")
        self.parameters = sum(p.numel() for p in model.parameters())
        self.feed_forward = model.transformer_blocks[0].ff.net[0].proj.out_features
        self.inputs = {
            "hidden_states": torch.randn(1, COMMON["out_channels"], self.frames, self.height, self.width, generator=g),
            "timestep": torch.tensor([500.0]),
            "encoder_hidden_states": torch.randn(1, TEXT_TOKENS, COMMON["text_embed_dim"], generator=g),
        }

    @property
    def tokens(self):
        return self.frames * (self.height // 2) * (self.width // 2)


class Engine:
    """`trace`, each time in a new process."""

    def __init__(self, args, case):
        self.args, self.case = args, case
        self.environment = os.environ.copy()
        if args.java:
            self.environment["JAVA_HOME"] = str(args.java.resolve().parent.parent)
        self.given, self.made = case.folder / "in.safetensors", case.folder / "out.safetensors"
        save_file(case.inputs, self.given)

    def trace(self, repeat):
        """The report; the result is in a file then."""
        words = ["trace", "--model", self.case.folder / "model", "--inputs", self.given, "--outputs", self.made, "--repeat", repeat,
                 "--threads", self.args.threads, "--json"]
        done = subprocess.run([str(self.args.engine), *map(str, words)], capture_output=True, text=True, env=self.environment)
        if done.returncode != 0:
            sys.exit(f"{self.args.engine} trace: exit code {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)

    def result(self):
        self.trace(0)
        return load_file(self.made)["sample"]

    def timed(self, repeat):
        report = self.trace(repeat)
        self.tensor_bytes, self.weight_bytes = report["peakBytes"], report["mappedBytes"]
        return report["runs"]


class Diffusers:
    """The model in this process, in one type."""

    def __init__(self, case, dtype):
        self.model = EasyAnimateTransformer3DModel.from_pretrained(case.folder / "model", torch_dtype=dtype).eval()
        self.inputs = {name: x if name == "timestep" else x.to(dtype) for name, x in case.inputs.items()}

    def result(self):
        return self.model(**self.inputs, return_dict=False)[0]

    def timed(self, repeat):
        seconds = []
        for _ in range(repeat):
            start = time.perf_counter()
            self.result()
            seconds.append(time.perf_counter() - start)
        return seconds


def distance(actual, expected):
    """The larger of two: largest difference over largest value, and the root of the same of mean squares."""
    a, b = actual.double(), expected.double()
    if a.shape != b.shape or not a.isfinite().all():
        return float("inf")
    return max(((a - b).abs().max() / b.abs().max()).item(), ((a - b).norm() / b.norm()).item())


def spread(numbers, digits, unit):
    """The median, and the middle half."""
    numbers = sorted(numbers)
    low, high = numbers[len(numbers) // 4], numbers[-1 - len(numbers) // 4]
    return f"{statistics.median(numbers):.{digits}f} {unit} ({low:.{digits}f} to {high:.{digits}f})"


def ratios(ours, theirs):
    """How many times as fast, of each round."""
    return [statistics.median(there) / statistics.median(here) for here, there in zip(ours, theirs)]


def verified(case, engine, sides):
    """What is to be said of a case; ends the script where results differ."""
    results = {name: side.result() for name, side in sides.items()}
    error = distance(engine.result(), results["float32"])
    if not error <= BOUND:
        sys.exit(f"{case.name}: engine and diffusers differ by {error:.1e} in float32, wanted {BOUND:g} at most; nothing was timed")
    text = (f"{case.name}: {case.tokens} + {TEXT_TOKENS} tokens, {case.parameters / 1e6:.0f} M parameters, feed-forward "
            f"{case.feed_forward}; engine and float32 agree to {error:.1e}")
    if "bfloat16" in results:
        text += f", bfloat16 is {distance(results['bfloat16'], results['float32']):.1e} from float32"
    print(text, file=sys.stderr, flush=True)
    return text


def measure(name, args):
    """The cells of a case's row, and what is to be said of it."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case(name, Path(folder), args.tokens)
        sides = {"float32": Diffusers(case, torch.float32)}
        if args.bf16:
            sides["bfloat16"] = Diffusers(case, torch.bfloat16)
        engine = Engine(args, case)
        text = verified(case, engine, sides)
        ours, theirs = [], {side: [] for side in sides}
        for _ in range(args.rounds):
            ours.append(engine.timed(args.repeat))
            for side, runs in theirs.items():
                runs.append(sides[side].timed(args.repeat))
    cells = [spread(sum(ours, []), 3, "s")]
    for runs in theirs.values():
        cells += [spread(sum(runs, []), 3, "s"), spread(ratios(ours, runs), 2, "times as fast")]
    text += f"; the engine's tensors take {engine.tensor_bytes / 1e6:.0f} MB at most, the weights {engine.weight_bytes / 1e6:.0f} MB"
    return cells, text


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    print(f"{platform.processor() or platform.machine()}, {args.threads} threads; torch {torch.__version__}, diffusers "
          f"{diffusers.__version__}; {args.rounds} rounds of {args.repeat} runs\n")
    types = ["float32", "bfloat16"] if args.bf16 else ["float32"]
    row("case", "engine", *(head for name in types for head in (f"diffusers {name}", "engine is")))
    row("---", *["---:"] * (1 + 2 * len(types)))
    notes = []
    for name in args.cases:
        cells, text = measure(name, args)
        row(name, *cells)
        notes.append(text)
    print("\n" + "\n".join(f"- {text}" for text in notes))


if __name__ == "__main__":
    main()
