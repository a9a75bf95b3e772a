#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""A newcomer's day, in a copy of the tree: follows docs/your-first-service.md and makes a second
service with `scripts/dev new-service`; builds both with warnings as errors and runs them.
Speaks TAP.

    follow.py TOP COMPILER...
    follow.py --tidy TREE         only what scripts/tidy.py finds in the new files
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

NAME = 'rain_gauge_of_16'  # the longest name there may be
TESTS = ['thermometer', NAME]
TARGETS = ['examples/weather', *(f'tests/unit/test_{name}' for name in TESTS)]


def copy(top, tree):
    shutil.copytree(top, tree, symlinks=True,
                    ignore=shutil.ignore_patterns('.git', 'build*', '__pycache__', 'melpo'))


def steps(tree, build):
    """(what must hold, the command that shows it), one after the other."""
    scripts = tree / 'scripts'
    yield 'the page can be followed', [scripts / 'page_code.py', '--follow', tree]
    yield 'following it twice does no harm', [scripts / 'page_code.py', '--follow', tree]
    yield 'new-service writes a service', [scripts / 'dev', 'new-service', NAME]
    yield 'both are tidy', [tree / 'tests' / 'pages' / 'follow.py', '--tidy', tree]
    # As fast as it compiles with all the warnings there are.
    yield 'the tree is configured', ['meson', 'setup', '-Doptimization=1', '-Ddebug=false', build,
                                     tree]
    yield 'both build', ['ninja', '-C', build, '-j', '2', *TARGETS]
    yield 'both are portable', [scripts / 'portable.py', build,
                                *(f'kernel/services/{name}.c' for name in TESTS)]
    yield 'the program of the page runs', [build / 'examples' / 'weather']
    for name in TESTS:
        yield f'the test of {name} passes', [build / 'tests' / 'unit' / f'test_{name}']


def refusals(tree):
    """Names that new-service must not take."""
    for name in ('', 'Counter', '9lives', 'a__b', 'a_', '../x', 'x' * 17, NAME, 'bbq', 'heap'):
        yield f'new-service refuses "{name}"', [tree / 'scripts' / 'dev', 'new-service', name]


def run(command, compiler):
    return subprocess.run([str(word) for word in command], text=True, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, 'CC': compiler})


def tidy(tree):
    done = subprocess.run([tree / 'scripts' / 'tidy.py', tree], text=True, check=False,
                          stdout=subprocess.PIPE)
    new = (*TESTS, 'weather', 'examples')
    found = [line for line in done.stdout.splitlines() if any(name in line for name in new)]
    print('\n'.join(found))
    return 1 if found else 0


def main():
    if sys.argv[1] == '--tidy':
        return tidy(pathlib.Path(sys.argv[2]))
    top, compiler = pathlib.Path(sys.argv[1]).resolve(), shlex.join(sys.argv[2:])
    number = failed = 0
    with tempfile.TemporaryDirectory() as place:
        tree = pathlib.Path(place) / 'tree'
        copy(top, tree)
        cases = [(*step, True) for step in steps(tree, tree / 'build')]
        cases += [(*refusal, False) for refusal in refusals(tree)]
        print(f'1..{len(cases)}')
        for number, (what, command, succeeds) in enumerate(cases, 1):
            done = run(command, compiler)
            good = (done.returncode == 0) == succeeds
            failed += not good
            print(f'{"ok" if good else "not ok"} {number} - {what}')
            for line in [] if good else done.stdout.splitlines()[-40:]:
                print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
