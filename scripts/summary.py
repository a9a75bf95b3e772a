#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Counts what `scripts/dev test` ran and says so: the last line is `N passed, N failed`.

A TAP test counts once per case, any other test and any step once. A test that broke without a
failing case (a crash, a leak, a timeout) counts as one failure more. For each failure the line
that reruns only it is printed.
"""
import argparse
import json
import pathlib
import re
import shlex
import sys

CASE = re.compile(r'^(not )?ok \d+(?: -)? ?([^#\n]*?) *(# *(?:SKIP|TO' r'DO).*)?$', re.I | re.M)
PLAN = re.compile(r'^1\.\.(\d+)', re.M)
FINE = {'OK', 'EXPECTEDFAIL'}


class Count:
    """Passed, failed and skipped, and a (what, rerun) for each failure."""

    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failures = []

    def fail(self, what, rerun):
        self.failures.append((what, rerun))


def rerun_line(build, test, case=None):
    words = ['scripts/dev', 'test', '--in', build, test]
    line = ' '.join(map(shlex.quote, words))
    is_cmocka = case and re.fullmatch(r'\w+', case)  # others run in one piece
    return f'MN_TEST={case} {line}' if is_cmocka else line


def count_test(count, build, entry):
    """One line of meson's testlog.json; its name is "suite / name" or "project:suite / name"."""
    name = entry['name'].split(' / ')[-1]
    stdout = entry.get('stdout') or ''
    cases = CASE.findall(stdout)
    planned = sum(map(int, PLAN.findall(stdout))) if cases else 0
    failed = [case for not_, case, directive in cases if not_ and not directive]
    count.passed += sum(1 for not_, _, directive in cases if not not_ and not directive)
    count.skipped += sum(1 for _, _, directive in cases if directive)
    for case in failed:
        count.fail(f'{build}: {name}: {case}', rerun_line(build, name, case))

    result = entry['result']
    if len(cases) < planned:
        count.fail(f'{build}: {name}: stopped after {len(cases)} of {planned} cases',
                   rerun_line(build, name))
        return
    if result == 'SKIP':
        count.skipped += not cases
    elif result not in FINE and not failed:
        count.fail(f'{build}: {name}: {result.lower()}', rerun_line(build, name))
    elif result in FINE and not cases:
        count.passed += 1


def count_build(build):
    count = Count()
    log = pathlib.Path(build, 'meson-logs', 'testlog.json')
    lines = log.read_text(encoding='utf-8').splitlines() if log.exists() else []
    for line in lines:
        count_test(count, build, json.loads(line))
    if not lines:
        count.fail(f'{build}: no test ran', f'scripts/dev test --in {build}')
    return count


def count_steps(steps):
    count = Count()
    for step in steps:
        name, _, status = step.rpartition('=')
        if status == '0':
            count.passed += 1
        else:
            rerun = 'ninja -C ' + name[6:] if name.startswith('build ') else f'scripts/dev {name}'
            count.fail(f'{name}: exit status {status}', rerun)
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--step', action='append', default=[], metavar='NAME=STATUS')
    parser.add_argument('builds', nargs='*')
    options = parser.parse_args()

    rows = [('steps', count_steps(options.step))]
    rows += [(build, count_build(build)) for build in options.builds]
    print('\n== summary')
    for name, count in rows:
        print(f'{name:20}{count.passed:6} passed{len(count.failures):6} failed'
              f'{count.skipped:6} skipped')
    passed = sum(count.passed for _, count in rows)
    failures = [failure for _, count in rows for failure in count.failures]
    if not passed and not failures:
        failures = [('nothing ran', 'scripts/dev test')]
    for what, rerun in failures:
        print(f'\nFAILED {what}\n  rerun: {rerun}')
    print(f'{passed} passed, {len(failures)} failed')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
