"""What --cache auto keeps of its promise on prompts that were not calibrated on: python bench/auto_quality.py

Makes each prompt's clip uncached and, from the same noise, with --cache auto at each wanted PSNR, and compares raw frames. Prints a
Markdown table for docs/caching.md. Needs a built engine and nothing else.
"""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def engine(*words):
    done = subprocess.run([ROOT / "lightcache4j", *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout), done.stderr


def taken(notes):
    found = re.search(r"auto takes (\S+), which", notes)
    return f"`{found[1]}`" if found else "none"


def share_computed(report):
    branches = report["cache"].values()
    computed = sum(b["stepsComputed"] for b in branches)
    return computed / (computed + sum(b["stepsReused"] for b in branches))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "demo" / "model")
    parser.add_argument("--prompts", type=Path, default=ROOT / "demo" / "held_out_prompts.txt")
    parser.add_argument("--quality", type=float, nargs="+", default=[25, 30, 35, 40])
    parser.add_argument("--seed", type=int, default=5000, help="of the first prompt's noise; the next has the next")
    args = parser.parse_args()
    prompts = [line for line in args.prompts.read_text().splitlines() if line and not line.startswith("#")]

    reached = {quality: [] for quality in args.quality}
    computed = {quality: [] for quality in args.quality}
    policy = {}
    with tempfile.TemporaryDirectory() as folder:
        whole, cached = Path(folder) / "whole.safetensors", Path(folder) / "cached.safetensors"
        for i, prompt in enumerate(prompts):
            call = ["generate", prompt, "--model", args.model, "--seed", args.seed + i, "--quiet", "--json", "--output"]
            engine(*call, whole)
            for quality in args.quality:
                report, notes = engine(*call, cached, "--cache", "auto", "--quality", f"psnr={quality:g}")
                compared, _ = engine("compare", whole, cached, "--json")
                policy[quality] = taken(notes)
                reached[quality].append(100 if compared["equal"] else compared["psnr"])
                computed[quality].append(share_computed(report) if report["cache"] else 1)
    print(f"{len(prompts)} prompts that were not calibrated on\n")
    print("| wanted, dB | reached by | worst, dB | mean, dB | steps computed | taken |")
    print("|---:|---:|---:|---:|---:|---|")
    for quality in args.quality:
        psnr = reached[quality]
        print(f"| {quality:g} | {sum(p >= quality for p in psnr)} of {len(psnr)} | {min(psnr):.1f} | "
              f"{statistics.mean(psnr):.1f} | {100 * statistics.mean(computed[quality]):.0f} % | {policy[quality]} |")


if __name__ == "__main__":
    main()
