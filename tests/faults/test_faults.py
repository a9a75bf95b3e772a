#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whether each planted fault still fits the sources: it applies, and touches nothing but them.
Whether it compiles and is found is what `scripts/dev faults` says. Speaks TAP."""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
PRODUCT = ('kernel/', 'devices/', 'hal-sim/', 'sim/')


def trouble_with(patch):
    """Why the patch is no good; '' if it is."""
    touched = re.findall(r'^\+\+\+ b/(\S+)', patch.read_text('utf-8'), re.M)
    strange = [name for name in touched if not name.startswith(PRODUCT)]
    if not touched or strange:
        return f'a fault is in {" ".join(PRODUCT)}, not in {" ".join(strange) or "nothing"}'
    done = subprocess.run(['git', 'apply', '--check', patch], cwd=TOP, text=True, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True)
    return done.stderr if done.returncode != 0 else ''


def main():
    patches = sorted(HERE.glob('*.patch'))
    failed = 0
    print(f'1..{len(patches)}')
    for i, patch in enumerate(patches, 1):
        trouble = trouble_with(patch)
        failed += trouble != ''
        print(f'{"not ok" if trouble else "ok"} {i} - {patch.stem}')
        for line in trouble.splitlines():
            print(f'# {line}')
    return 1 if failed or not patches else 0


if __name__ == '__main__':
    sys.exit(main())
