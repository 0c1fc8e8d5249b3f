"""The same work in diffusers and in the engine, on this machine, side by side: python bench/compare_diffusers.py

Needs the packages of tests/fixtures/requirements.txt and a built engine. Verifies before it times: with the same initial noise, both
must draw the same frames. Then, in turns, so that a busy moment of the machine hits both:

- warm: the whole generation in a process that has done it once, median over all rounds;
- cold: a whole new process, from its start to the written file;
- parts: one forward of the transformer (without guidance), the text tower, and the autoencoder each way, through `trace --repeat`.

Prints Markdown tables for docs/numbers.md. Seconds are wall-clock; memory is the process's largest resident set.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROMPT = "a red circle moving left to right on a white background"
FRAMES, HEIGHT, WIDTH = 17, 64, 64


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "demo" / "model")
    parser.add_argument("--engine", type=Path, default=ROOT / "lightcache4j", help="the launcher")
    parser.add_argument("--prompt", default=PROMPT)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument("--height", type=int, default=HEIGHT)
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3, help="turns of warm and of cold runs")
    parser.add_argument("--repeat", type=int, default=3, help="warm runs in each round")
    parser.add_argument("--parts", action=argparse.BooleanOptionalAction, default=True, help="time components too")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)  # one cold run of diffusers, frames to this file
    return parser.parse_args()


class Diffusers:
    """The pipeline in this process, float32."""

    def __init__(self, args):
        import torch
        from diffusers import EasyAnimatePipeline

        torch.set_num_threads(args.threads)
        self.torch, self.args = torch, args
        self.pipe = EasyAnimatePipeline.from_pretrained(args.model, torch_dtype=torch.float32)
        self.pipe.set_progress_bar_config(disable=True)

    def generate(self, seed=0):
        a = self.args
        return self.pipe(a.prompt, negative_prompt="", num_inference_steps=a.steps, guidance_scale=a.guidance, height=a.height,
                         width=a.width, num_frames=a.frames, generator=self.torch.Generator().manual_seed(seed), output_type="pt").frames

    def timed(self, work, repeat):
        work()
        seconds = []
        for _ in range(repeat):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
        return seconds

    def parts(self):
        """(name, component, method, inputs, work) of each part at the sizes of the generation."""
        torch, a, pipe = self.torch, self.args, self.pipe
        g = torch.Generator().manual_seed(1)
        f = (a.frames - 1) // pipe.vae_temporal_compression_ratio + 1
        h, w = a.height // pipe.vae_spatial_compression_ratio, a.width // pipe.vae_spatial_compression_ratio
        channels = pipe.vae.config.latent_channels
        latents = torch.randn(1, channels, f, h, w, generator=g)
        text = torch.randn(1, 256, pipe.transformer.config.text_embed_dim, generator=g)
        clip = torch.rand(1, 3, a.frames, a.height, a.width, generator=g) * 2 - 1
        tokens = pipe.tokenizer(a.prompt, padding="max_length", max_length=256, return_tensors="pt")
        time_ = torch.tensor([500.0])
        yield ("transformer, one forward", "transformer", "forward",
               dict(hidden_states=latents, timestep=time_, encoder_hidden_states=text),
               lambda: pipe.transformer(latents, time_, encoder_hidden_states=text))
        yield ("text tower, 256 tokens", "text_encoder", "forward",
               dict(input_ids=tokens.input_ids, attention_mask=tokens.attention_mask),
               lambda: pipe.text_encoder.model(**tokens, output_hidden_states=True))
        yield "autoencoder, decode", "vae", "decode", dict(latents=latents), lambda: pipe.vae.decode(latents)
        yield "autoencoder, encode", "vae", "encode", dict(sample=clip), lambda: pipe.vae.encode(clip)


class Engine:
    """The engine, each time in a new process."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder

    def run(self, *words):
        done = subprocess.run([str(self.args.engine), *map(str, words)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{self.args.engine} {words[0]}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout

    def generation(self, output, *more):
        a = self.args
        return ["generate", a.prompt, "--model", a.model, "--steps", a.steps, "--guidance", a.guidance, "--seed", 0, "--height", a.height,
                "--width", a.width, "--frames", a.frames, "--threads", a.threads, "--output", output, "--json", *more]

    def frames(self):
        from safetensors.torch import load_file

        output = self.folder / "engine.safetensors"
        self.run(*self.generation(output))
        return load_file(output)["frames"]

    def warm(self, repeat):
        """Seconds of each of `repeat` generations after a first one."""
        report = json.loads(self.run(*self.generation(self.folder / "warm.safetensors", "--repeat", repeat)))
        return report["seconds"] if isinstance(report["seconds"], list) else [report["seconds"]]

    def part(self, component, method, inputs, repeat):
        from safetensors.torch import save_file

        given, out = self.folder / "in.safetensors", self.folder / "out.safetensors"
        save_file({k: v.contiguous() for k, v in inputs.items()}, given)
        report = json.loads(self.run("trace", "--model", self.args.model, "--component", component, "--method", method, "--inputs", given,
                                     "--outputs", out, "--repeat", repeat, "--threads", self.args.threads, "--json"))
        return report["seconds"]


# Runs a process from a small one, for a process inherits the largest resident set of what started it.
WATCH = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([time.perf_counter() - start, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)]))
"""


def child(words):
    """Seconds and largest resident bytes of a process."""
    done = subprocess.run([sys.executable, "-c", WATCH, *map(str, words)], capture_output=True, text=True)
    seconds, resident, code = json.loads(done.stdout)
    if code != 0:
        sys.exit(f"{words[0]}: exit code {code}\n{done.stderr}")
    return seconds, resident


def psnr(a, b):
    error = (a.double() - b.double()).square().mean().item()
    return float("inf") if error == 0 else -10 * math.log10(error)


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def table(title, rows):
    print(f"\n{title}\n")
    row("", "diffusers", "engine", "engine is")
    row("---", "---:", "---:", "---:")
    for name, theirs, ours in rows:
        row(name, f"{theirs:.3f} s", f"{ours:.3f} s", f"{theirs / ours:.2f} times as fast")


def once(args):
    from safetensors.torch import save_file

    frames = Diffusers(args).generate()
    save_file({"frames": frames[0].permute(0, 2, 3, 1).contiguous()}, args.once)


def cold(args, engine):
    theirs = [sys.executable, __file__, "--model", args.model, "--prompt", args.prompt, "--steps", args.steps, "--guidance", args.guidance,
              "--height", args.height, "--width", args.width, "--frames", args.frames, "--threads", args.threads,
              "--once", engine.folder / "diffusers.safetensors"]
    ours = [args.engine, *engine.generation(engine.folder / "cold.safetensors")]
    return child(theirs), child(ours)


def main():
    args = arguments()
    if args.once:
        return once(args)
    with tempfile.TemporaryDirectory() as folder:
        engine, diffusers = Engine(args, Path(folder)), Diffusers(args)
        likeness = psnr(diffusers.generate()[0].permute(0, 2, 3, 1), engine.frames())
        if likeness < 50:
            sys.exit(f"frames differ: PSNR {likeness:.1f} dB, wanted 50 or more; nothing was timed")
        warm = [(diffusers.timed(diffusers.generate, args.repeat), engine.warm(args.repeat)) for _ in range(args.rounds)]
        colds = [cold(args, engine) for _ in range(args.rounds)]
        parts = []
        if args.parts:
            with diffusers.torch.no_grad():
                for name, component, method, inputs, work in diffusers.parts():
                    theirs = diffusers.timed(work, 5 * args.repeat)
                    parts.append((name, statistics.median(theirs), engine.part(component, method, inputs, 5 * args.repeat)))
    import diffusers as package

    print(f"{platform.processor() or platform.machine()}, {args.threads} threads; torch {diffusers.torch.__version__}, "
          f"diffusers {package.__version__}, float32; {args.frames} frames of {args.width}x{args.height}, {args.steps} steps, "
          f"guidance {args.guidance:g}; frames agree to {likeness:.1f} dB")
    medians = [statistics.median(s for run in side for s in run) for side in zip(*warm)]
    table("Whole generation", [("warm process", *medians), ("cold process, start to file",
                               *(statistics.median(run[0] for run in side) for side in zip(*colds)))])
    if parts:
        table("Parts, warm", parts)
    print("\nLargest resident set of a cold process: " + ", ".join(
        f"{name} {max(run[1] for run in side) / 2**20:.0f} MiB" for name, side in zip(("diffusers", "engine"), zip(*colds))))


if __name__ == "__main__":
    main()
