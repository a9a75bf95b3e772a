#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs one file of tests of the whole program and speaks TAP.

    MELPO=build/sim/melpo tests/sim/run.py tests/sim/test_talk.py

MN_TEST='pattern' picks cases, with * and ? as in a shell, as in every other test program here.
"""
import fnmatch
import os
import sys

import pytest


class Plain:
    """What pytest 8 asks for where it compares values: here nothing is coloured."""

    def _highlight(self, source, lexer='python'):
        return source


class Tap:
    """A pytest plugin: one line for each case, what went wrong as comments under it."""

    def __init__(self):
        self.count = 0

    def pytest_addoption(self, parser):
        parser.addoption('--verbose', type=int, default=2) # asked for where values are compared

    def pytest_configure(self, config):
        config.get_terminal_writer = Plain # there is no terminal's plugin that would have one

    def pytest_collection_modifyitems(self, items):
        pattern = os.environ.get('MN_TEST') or '*'
        items[:] = [item for item in items if fnmatch.fnmatchcase(item.name, pattern)]

    def pytest_collection_finish(self, session):
        print(f'1..{len(session.items)}', flush=True)

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.rsplit('::', 1)[-1]
        if report.when == 'call' or report.skipped:
            self.count += 1
            word = 'not ok' if report.failed else 'ok'
            tail = ' # SKIP ' + report.longrepr[2] if report.skipped else ''
            print(f'{word} {self.count} - {name}{tail}', flush=True)
        elif report.failed:
            print(f'# {name}: {report.when} failed; the exit status tells', flush=True)
        if report.failed:
            print('\n'.join('# ' + line for line in report.longreprtext.splitlines()), flush=True)

    def pytest_collectreport(self, report):
        if report.failed:
            print('Bail out!', report.longreprtext.replace('\n', '\n# '), flush=True)


def main():
    os.environ['PYTEST_DISABLE_PLUGIN_AUTOLOAD'] = '1'
    sys.dont_write_bytecode = True
    # Nothing of the caller's: no configuration file, no cache; and what a test prints is its own.
    plain = ['-p', 'no:terminal', '-p', 'no:cacheprovider', '-c', os.devnull, '--capture=no',
             '--rootdir', os.path.dirname(os.path.abspath(__file__))]
    status = pytest.main([*plain, *sys.argv[1:]], plugins=[Tap()])
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED and os.environ.get('MN_TEST') \
        else int(status)


if __name__ == '__main__':
    sys.exit(main())
