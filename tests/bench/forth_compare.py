#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Times the programs of tests/bench/forth on our Forth and on those that Debian packages.

    forth_compare.py FORTH_CLI [--runs N] [--check]

Every program runs N times in every Forth; the best processor time counts, and all must print the
same. Ratios are their time by ours: above 1 means that ours is faster. With --check the exit
status is 1 unless ours is at least twice as fast as pforth on every row and no slower than
gforth-itc in the geometric mean.
"""
import argparse
import math
import os
import pathlib
import resource
import shutil
import subprocess
import sys

OTHERS = {
    "gforth-itc": ["gforth-itc"],
    "gforth-fast": ["gforth-fast"],
    "pforth": ["pforth", "-q"],
}
FOLDER = pathlib.Path(__file__).parent / "forth"
ROWS = ["fib", "sieve", "sort", "loops", "output"]


def run_once(command, path):
    """The processor seconds and what was printed, without spaces and line ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command + [str(path)], stdin=subprocess.DEVNULL, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=dict(os.environ, HOME="/nonexistent"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, b"".join(done.stdout.split())


def best_of(runs, command, path):
    results = [run_once(command, path) for _ in range(runs)]
    return min(seconds for seconds, _ in results), results[0][1]


def measure(forths, runs):
    """{row: {forth: seconds}}; ends the program if two print different things."""
    table = {}
    for row in ROWS:
        path = FOLDER / f"{row}.fs"
        table[row], printed = {}, {}
        for name, command in forths.items():
            table[row][name], printed[name] = best_of(runs, command, path)
            if not printed[name].startswith(printed["ours"]):
                sys.exit(f"{row}: {name} prints something else")
    return table


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def print_table(table, forths):
    others = [name for name in forths if name != "ours"]
    print(f"{'':8} {'ours':>9} " + " ".join(f"{name:>18}" for name in others))
    for row, times in table.items():
        ours = times["ours"]
        cells = [f"{times[name]:9.3f} s {times[name] / ours:5.2f}x" for name in others]
        print(f"{row:8} {ours:7.3f} s " + " ".join(f"{cell:>18}" for cell in cells))
    means = {name: geometric_mean([times[name] / times["ours"] for times in table.values()])
             for name in others}
    print(f"{'mean':8} {'':9} " + " ".join(f"{means[name]:17.2f}x" for name in others))
    return means


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("forth_cli")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    forths = {"ours": [options.forth_cli]}
    for name, command in OTHERS.items():
        if shutil.which(command[0]):
            forths[name] = command
        else:
            print(f"{name} is not installed", file=sys.stderr)
    table = measure(forths, options.runs)
    means = print_table(table, forths)
    slow = [row for row, times in table.items()
            if times.get("pforth", math.inf) < 2 * times["ours"]]
    if options.check and (slow or means.get("gforth-itc", math.inf) < 1):
        sys.exit(1)


if __name__ == "__main__":
    main()
