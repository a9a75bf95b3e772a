# SPDX-License-Identifier: MIT OR Apache-2.0
"""The display of a whole machine, with nobody looking at it."""
import json
import re

import pytest

from machine import fields_of, run


def lines_of(done, text):
    return [fields_of(line) for line in done.stderr.splitlines() if text in line]


@pytest.fixture
def with_display(tmp_path):
    """A function that runs a machine with a display, and nobody who draws, to its end."""
    def start(*options, heap='1MiB', **display):
        path = tmp_path / 'machine.json'
        path.write_text(json.dumps({'kernel': {'heap_size': heap},
                                    'platform': {'display': display, 'uarts': []}}))
        return run('-c', path, '--time', 'virtual', '--trace', 'debug', *options)
    return start


def test_the_default_display_fits_in_the_default_heap(with_display):
    done = with_display('--until', '1s')

    assert done.returncode == 0
    assert 'WARN' not in done.stderr and 'ERROR' not in done.stderr


def test_a_heap_too_small_for_the_frame_is_status_1_and_names_both_keys(with_display):
    done = with_display(heap='64KiB')

    assert done.returncode == 1
    assert re.search(r'^melpo: a display of 400 x 240 needs \d+ bytes.* kernel\.heap_size.* '
                     r'platform\.display\.width', done.stderr, re.M)


def test_a_smaller_display_fits_in_a_smaller_heap(with_display):
    assert with_display('--until', '1s', heap='64KiB', width=200, height=120).returncode == 0
    assert with_display('--until', '1s', heap='8KiB', enabled=False).returncode == 0


def test_the_largest_display_runs(with_display):
    assert with_display('--until', '1s', heap='64MiB', width=4096, height=4096).returncode == 0


def test_a_display_at_rest_makes_no_wake_ups_and_shows_nothing(with_display):
    brief = with_display('--until', '1s')
    long = with_display('--until', '24h')

    assert lines_of(long, 'display at the end') == [
        {'frames_shown': '0', 'chunks_drawn': '0', 'chunks_live': '0'}]
    assert (lines_of(long, 'kernel at the end')[0]['ticks'] ==
            lines_of(brief, 'kernel at the end')[0]['ticks'])
