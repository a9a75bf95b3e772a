#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whether seeds find faults: plants each of tests/faults/*.patch in a copy of the tree, alone,
builds it, and has `melpo test --seeds` look for it.

    scripts/planted_faults.py [--seeds N] [--write] [--keep FOLDER] [NAME...]

Prints a table: which scenario found which fault, under which seed, and how many disturbances the
reduced case has. --write puts the table into docs/testing.md. Exit status 1 if a fault is not
found, or its case has more than three disturbances.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
FAULTS = TOP / 'tests/faults'
PAGE = TOP / 'docs/testing.md'
BEGIN, END = '<!-- planted faults -->\n', '<!-- end of planted faults -->\n'
DISTURBANCES_MAX = 3
OPTIONS = ['-Db_sanitize=address', '-Dwerror=false', '-Db_lundef=false', '-Doptimization=1']


def run(*command, **kwargs):
    return subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False, **kwargs)


def must(*command, **kwargs):
    done = run(*command, **kwargs)
    if done.returncode != 0:
        sys.exit(f'planted_faults: {" ".join(map(str, command))}\n{done.stdout[-3000:]}')
    return done.stdout


def copy_tree(to):
    names = must('git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', cwd=TOP)
    for name in filter(None, names.split('\0')):
        if (TOP / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, to / name)


def build(tree):
    if not (tree / 'build/build.ninja').exists():
        must('meson', 'setup', 'build', *OPTIONS, cwd=tree)
    must('ninja', '-C', 'build', 'sim/melpo', cwd=tree)


def explore(tree, seeds):
    """The result of exploring: None if nothing fails, else what is known of the failure."""
    plain = run('build/sim/melpo', 'test', '--timeout', '2m', 'tests/scenario', cwd=tree)
    begin = time.monotonic()
    said = run('build/sim/melpo', 'test', '--seeds', seeds, '--timeout', '2m', 'tests/scenario',
               cwd=tree).stdout
    found = re.search(r'^not ok 1 - tests/scenario/(\S+)\.scenario: seed (\d+)$', said, re.M)
    if not found:
        return None
    size = re.search(r'^# reduced from (\d+) disturbances to (\d+), in (\d+) runs', said, re.M)
    what = re.findall(r'^#   but       (.*)$', said, re.M)
    repeat = re.findall(r'^#   repeat    (.*)$', said, re.M)
    return {'plain': plain.returncode != 0, 'scenario': found.group(1), 'seed': int(found.group(2)),
            'before': int(size.group(1)) if size else 0,
            'after': int(size.group(2)) if size else 0,
            'what': what[-1] if what else '', 'repeat': repeat[-1] if repeat else '',
            'said': said, 'seconds': time.monotonic() - begin}


def try_fault(tree, patch, seeds):
    must('git', 'apply', patch, cwd=tree)
    try:
        build(tree)
        return explore(tree, seeds)
    finally:
        must('git', 'apply', '-R', patch, cwd=tree)


def row(name, found):
    if not found:
        return f'| {name} | | not found | | |'
    plain = 'found' if found['plain'] else 'holds'
    return (f'| {name} | {plain} | {found["scenario"]} | {found["seed"]} '
            f'| {found["before"]} to {found["after"]} |')


def write(rows):
    text = PAGE.read_text()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    table = '\n'.join(['| fault | without seeds | found by | seed | disturbances, reduced |',
                       '| --- | --- | --- | --- | --- |', *rows])
    PAGE.write_text(f'{text[:begin]}\n{table}\n\n{text[end:]}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seeds', type=int, default=1000)
    parser.add_argument('--write', action='store_true', help='put the table into docs/testing.md')
    parser.add_argument('--keep', type=pathlib.Path, help='the copy, to be used again')
    parser.add_argument('names', nargs='*', help='only these')
    options = parser.parse_args()
    patches = [patch for patch in sorted(FAULTS.glob('*.patch'))
               if not options.names or patch.stem in options.names]
    tree = options.keep or pathlib.Path(tempfile.mkdtemp(prefix='planted-'))
    rows, missed = [], 0
    try:
        tree.mkdir(exist_ok=True)
        copy_tree(tree)
        build(tree)
        for patch in patches:
            found = try_fault(tree, patch, options.seeds)
            missed += not found or found['after'] > DISTURBANCES_MAX
            rows.append(row(patch.stem.replace('_', ' '), found))
            print(rows[-1], f'{found["what"]} {found["seconds"]:.0f}s' if found else '', flush=True)
    finally:
        if not options.keep:
            shutil.rmtree(tree, ignore_errors=True)
    if options.write:
        write(rows)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
