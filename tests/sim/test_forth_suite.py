# SPDX-License-Identifier: MIT OR Apache-2.0
"""The tests of the Forth word sets, sent to the machine's console as a person would paste them."""
import pathlib

import pytest

from test_shell import Talk, shell_of

FOLDER = pathlib.Path(__file__).resolve().parents[2] / 'tests' / 'forth'
SUITES = sorted(path.stem for path in FOLDER.glob('*.fth') if path.stem != 'tester')


def paste(talk, path):
    """Sends a whole file and returns what was said to it."""
    talk.peer.send(path.read_bytes() + b'\n.( all of it) cr\n')
    return talk.until(b'all of it\r\nok.\r\n')


@pytest.mark.parametrize('name', SUITES)
def test_word_set(boot, name):
    machine = boot(shell_of(dictionary_size=262144, stack_size=512))
    with machine.connect() as peer:
        talk = Talk(peer)
        assert b'error' not in paste(talk, FOLDER / 'tester.fth')
        said = paste(talk, FOLDER / f'{name}.fth')
        assert b'\nerror' not in said, said
        assert talk.ask(b'decimal #errors @ .') == b'0 ', said
        assert int(talk.ask(b'#tests @ .')) > 10
