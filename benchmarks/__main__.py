"""`python -m benchmarks [CASE …] [--rounds N] [--check]`: the table of all cases, or of some by name."""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import dispatch, elementwise, kernels, recurrent, startup, training
from benchmarks.case import Bound, Case, Contender

CASES: list[Case] = [
    *elementwise.CASES,
    *dispatch.CASES,
    *kernels.CASES,
    *recurrent.CASES,
    *training.CASES,
    *startup.CASES,
]
SECONDS = 1.0  # of measuring, a round


def measure(case: Case, contender: Contender, output: Path) -> None:
    """The part of a contender's own process: its result into a file, its times onto the standard output."""
    work, result = contender.prepare()
    np.save(output, np.asarray(result(work()), np.float64))
    for _warm in range(3):
        work()
    times: list[float] = []
    gc.disable()
    end = perf_counter() + SECONDS
    while perf_counter() < end or len(times) < 5:
        start = perf_counter()
        for _call in range(case.inner):
            told = work()
        seconds = (perf_counter() - start) / case.inner
        times.append(told if getattr(work, "tells_seconds", False) else seconds)
    print(json.dumps(times))


def run(case: Case, rounds: int) -> dict[str, list[float]]:
    """All times of all contenders, in turns; an error if their results differ."""
    times: dict[str, list[float]] = {contender.name: [] for contender in case.contenders}
    with tempfile.TemporaryDirectory() as folder:
        for _round in range(rounds):
            for index, contender in enumerate(case.contenders):
                output = Path(folder) / f"{index}.npy"
                command = [sys.executable, "-m", "benchmarks", "--measure", case.name, str(index), str(output)]
                environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_CORETYPE")}
                environment.pop("OPENBLAS_L2_SIZE", None)
                done = subprocess.run(
                    command, capture_output=True, text=True, env={**environment, **contender.environment}, check=False
                )
                if done.returncode:
                    raise SystemExit(f"{case.name}, {contender.name}:\n{done.stderr}")
                times[contender.name] += json.loads(done.stdout.splitlines()[-1])
        wanted = np.load(Path(folder) / "0.npy")
        for index, contender in enumerate(case.contenders):
            found = np.load(Path(folder) / f"{index}.npy")
            scale = max(1.0, float(np.abs(wanted).max()))
            worst = float(np.abs(found - wanted).max()) / scale
            if not worst <= case.tolerance:
                raise SystemExit(f"{case.name}: {contender.name} is off by {worst:.1e} of the largest value")
    return times


def readable(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= 0.1:
            return f"{seconds * factor:.2f} {unit}"
    return f"{seconds * 1e6:.2f} µs"


def judge(bound: Bound, times: dict[str, list[float]]) -> tuple[bool, str]:
    """Whether a bound holds, and the figures; by the best times, which other load on the machine disturbs least."""
    best = {name: min(found) for name, found in times.items()}
    ours = best[bound.ours] - (best[bound.over] if bound.over else 0.0)
    over = f" over {bound.over}" if bound.over else ""
    if bound.theirs is None:
        return ours <= bound.most, f"{bound.ours}{over}: {readable(ours)}, at most {readable(bound.most)}"
    ratio = ours / best[bound.theirs]
    return ratio <= bound.most, f"{bound.ours} / {bound.theirs}: {ratio:.2f}, at most {bound.most:.2f}"


def report(case: Case, times: dict[str, list[float]]) -> bool:
    """Print a case's rows; whether all its bounds hold."""
    print(f"\n{case.name}: {case.what}")
    reference = min(times[case.contenders[0].name])
    for name, found in times.items():
        best, median = min(found), statistics.median(found)
        print(f"  {name:22} best {readable(best):>10}   median {readable(median):>10}   x {best / reference:.2f}")
    good = True
    for bound in case.bounds:
        holds, figures = judge(bound, times)
        good &= holds
        print(f"  {'ok  ' if holds else 'MISS'} {figures}")
    sys.stdout.flush()
    return good


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases whose name contains one of these")
    parser.add_argument("--rounds", type=int, default=3, help="turns of all contenders (default 3)")
    parser.add_argument("--check", action="store_true", help="exit 1 if a bound is missed")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    by_name: dict[str, Case] = {case.name: case for case in CASES}
    if options.measure:
        name, index, output = options.measure
        measure(by_name[name], by_name[name].contenders[int(index)], Path(output))
        return 0
    chosen = [c for c in CASES if not options.words or any(word in c.name for word in options.words)]
    good = True
    for case in chosen:
        good &= report(case, run(case, options.rounds))
    return 0 if good or not options.check else 1


if __name__ == "__main__":
    found: Any = main()
    sys.exit(found)
