#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whether seeds find faults: plants each of tests/faults/*.patch in a copy of the tree, alone,
builds it with AddressSanitizer, and has `melpo test --seeds` look for it.

    scripts/planted_faults.py [--seeds N] [--jobs N] [--unit] [--write] [--keep FOLDER] [NAME...]

Prints a table: which scenario found which fault, under which seed, what it said, and how many
disturbances the reduced case has. As many faults are tried at once as there are processors, each
in a copy of its own. --unit runs the unit tests as well, which takes a few minutes for each fault.
--write puts the table into docs/testing.md. Exit status 1 if a patch does not apply or compile, a
fault is not found, or its case has more than three disturbances.
"""
import argparse
import concurrent.futures
import filecmp
import os
import pathlib
import queue
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
SAID_MAX = 72 # characters of what a failure says
OPTIONS = ['-Db_sanitize=address', '-Dwerror=false', '-Db_lundef=false', '-Doptimization=1']
SCENARIOS = 'tests/scenario'
TIMEOUT = '10s' # for a run: some faults make machines that hang, and each has to be waited for


class Trouble(Exception):
    """What keeps a fault from being tried."""


def run(*command, **kwargs):
    return subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
                          errors='replace', **kwargs)


def must(what, *command, **kwargs):
    done = run(*command, **kwargs)
    if done.returncode != 0:
        errors = re.findall(r'^.*error: .*$', done.stdout, re.M)
        raise Trouble(f'{what}: ' + '\n'.join(errors[:3] or done.stdout.splitlines()[-3:]))
    return done.stdout


# --- a copy of the tree -----------------------------------------------------------------------

def sync_tree(tree):
    """Makes `tree` what this one is, apart from what has been built. What differs gets a new time:
    with its own, what was built of a fault that was tried there would seem up to date."""
    names = set(must('git ls-files', 'git', 'ls-files', '-z', '--cached', '--others',
                     '--exclude-standard', cwd=TOP).split('\0'))
    names = {name for name in names if name and (TOP / name).is_file()}
    for folder, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if name != 'build']
        for name in files:
            path = pathlib.Path(folder) / name
            if str(path.relative_to(tree)) not in names:
                path.unlink()
    for name in names:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        if not (tree / name).is_file() or not filecmp.cmp(TOP / name, tree / name, shallow=False):
            shutil.copy(TOP / name, tree / name)


class Tree:
    """A copy of the sources, and what is built from them on so many processors."""

    def __init__(self, path, jobs, with_unit):
        self.path, self.jobs, self.with_unit = path, jobs, with_unit
        path.mkdir(parents=True, exist_ok=True)
        sync_tree(path)
        if not (path / 'build/build.ninja').exists():
            must('it cannot be set up', 'meson', 'setup', 'build', *OPTIONS, cwd=path)

    def build(self):
        must('it does not compile', 'ninja', '-C', 'build', '-j', self.jobs,
             *([] if self.with_unit else ['sim/melpo']), cwd=self.path)

    def apply(self, name, *words):
        must('it does not apply', 'git', 'apply', *words, f'tests/faults/{name}.patch',
             cwd=self.path)

    def command(self, *words):
        return [str(word) for word in ('build/sim/melpo', 'test', '--jobs', self.jobs, '--timeout',
                                       TIMEOUT, *words, SCENARIOS)]

    def explore(self, seeds):
        return run(*self.command('--seeds', seeds), cwd=self.path).stdout

    def holds(self):
        """Whether all scenarios do, without seeds; the first that does not is enough."""
        with subprocess.Popen(self.command(), text=True, errors='replace', cwd=self.path,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL) as test:
            for line in test.stdout:
                if line.startswith('not ok'):
                    test.kill()
                    return False
        return test.returncode == 0

    def unit_tests(self):
        return run('meson', 'test', '-C', 'build', '--no-rebuild', '--suite', 'unit',
                   '--num-processes', self.jobs, '--timeout-multiplier', 4,
                   cwd=self.path).returncode == 0


# --- a fault ----------------------------------------------------------------------------------

def shorten(said):
    """What a failure says, in a few words: what a sanitizer found, a panic, or a reason."""
    for pattern in (r'^# SUMMARY: \w+Sanitizer: (.*)$', r'^# .*kernel panic at \S+ (.*)$',
                    r'^#   (?:but|watchdog|audit) +(.*)$'):
        found = re.findall(pattern, said, re.M)
        if found:
            text = re.sub(r'\S*/(\S+?\.[ch]):(\d+)(?::\d+)?', r'\1:\2', found[-1])
            text = text.replace('|', '/')
            return text if len(text) <= SAID_MAX else text[:SAID_MAX - 3] + '...'
    return ''


def read_result(said):
    """What `melpo test --seeds` has found, or None."""
    found = re.search(rf'^not ok 1 - {SCENARIOS}/(\S+)\.scenario: seed (\d+)$', said, re.M)
    if not found:
        return None
    size = re.search(r'^# reduced from (\d+) disturbances? to (\d+), (.*)in (\d+) runs(.*):$', said,
                     re.M)
    return {'scenario': found.group(1), 'seed': int(found.group(2)),
            'before': int(size.group(1)) if size else 0,
            'after': int(size.group(2)) if size else 0,
            'how': size.group(5).lstrip('; ') if size else '',
            'what': shorten(said), 'repeat': re.findall(r'^#   repeat    (.*)$', said, re.M)}


def verdict(holds):
    return 'holds' if holds else 'fails'


def try_fault(tree, name, seeds):
    """A row of the table: what is known of the fault, and when it is no good, why."""
    begin = time.monotonic()
    row = {'name': name, 'plain': '', 'unit': '', 'found': None, 'trouble': ''}
    try:
        tree.apply(name)
        try:
            tree.build()
            row['plain'] = verdict(tree.holds())
            if tree.with_unit:
                row['unit'] = verdict(tree.unit_tests())
            row['found'] = read_result(tree.explore(seeds))
        finally:
            tree.apply(name, '-R')
        if not row['found']:
            row['trouble'] = f'not found in {seeds} seeds'
        elif row['found']['after'] > DISTURBANCES_MAX:
            row['trouble'] = f'more than {DISTURBANCES_MAX} disturbances'
        elif row['found']['how']:
            row['trouble'] = row['found']['how']
    except Trouble as trouble:
        row['trouble'] = str(trouble)
    row['seconds'] = time.monotonic() - begin
    return row


def try_all(names, options, folder):
    """Yields a row for each, in their order; each processor has one tree or, of few, a part."""
    count = min(options.jobs, len(names))
    trees = queue.SimpleQueue()
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        made = [pool.submit(Tree, folder / f'tree{i + 1}', max(1, options.jobs // count),
                            options.unit) for i in range(count)]
        for tree in made:
            trees.put(tree.result())

        def take_tree(name):
            tree = trees.get()
            try:
                return try_fault(tree, name, options.seeds)
            finally:
                trees.put(tree)

        yield from pool.map(take_tree, names)


# --- the table --------------------------------------------------------------------------------

def cells(row, with_unit):
    found = row['found']
    said = f'`{found["what"]}`' if found and found['what'] else ''
    return [row['name'].replace('_', ' '), row['plain'], *([row['unit']] if with_unit else []),
            found['scenario'] if found else '', str(found['seed']) if found else '',
            f'{found["before"]} to {found["after"]}{", " * bool(found["how"])}{found["how"]}'
            if found else '',
            said if found else row['trouble'].splitlines()[0]]


def line(words):
    return '| ' + ' | '.join(words) + ' |'


def head(with_unit):
    words = ['fault', 'without seeds', *(['unit tests'] if with_unit else []), 'found by', 'seed',
             'disturbances, reduced', 'what it says']
    return [line(words), line(['---'] * len(words))]


def write(rows, seeds, with_unit):
    text = PAGE.read_text('utf-8')
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    only_seeds = sum(row['plain'] == 'holds' and row['found'] is not None for row in rows)
    table = '\n'.join([f'{len(rows)} faults, at most {seeds} seeds. With {only_seeds} of them all '
                       'scenarios hold without a seed.', '', *head(with_unit),
                       *(line(cells(row, with_unit)) for row in rows)])
    PAGE.write_text(f'{text[:begin]}\n{table}\n\n{text[end:]}', 'utf-8')


def choose(names):
    known = sorted(patch.stem for patch in FAULTS.glob('*.patch'))
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.exit(f'planted_faults: no such patch in tests/faults: {", ".join(unknown)}')
    return [name for name in known if not names or name in names]


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seeds', type=int, default=1000, help='for each fault (1000)')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1,
                        help='so many at once (one for each processor)')
    parser.add_argument('--unit', action='store_true', help='whether unit tests find it, too')
    parser.add_argument('--write', action='store_true', help='put the table into docs/testing.md')
    parser.add_argument('--keep', type=pathlib.Path, help='the copies, to be used again')
    parser.add_argument('names', nargs='*', help='only these')
    return parser.parse_args()


def main():
    options = read_options()
    names = choose(options.names)
    folder = (options.keep or pathlib.Path(tempfile.mkdtemp(prefix='planted-'))).resolve()
    rows = []
    try:
        print('\n'.join(head(options.unit)), flush=True)
        for row in try_all(names, options, folder):
            rows.append(row)
            print(line(cells(row, options.unit)), f'{row["seconds"]:.0f}s',
                  row['trouble'] and f'\n    {row["trouble"]}', flush=True)
    except Trouble as trouble:
        sys.exit(f'planted_faults: the tree as it is: {trouble}')
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    if options.write:
        write(rows, options.seeds, options.unit)
    bad = [row['name'] for row in rows if row['trouble']]
    print(f'{len(rows) - len(bad)} of {len(rows)} faults are found and reduced to at most '
          f'{DISTURBANCES_MAX} disturbances', flush=True)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
