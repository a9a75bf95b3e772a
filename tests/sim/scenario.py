# SPDX-License-Identifier: MIT OR Apache-2.0
"""Scenarios as tests of `melpo test` see them: those of the tree, and some written on the spot."""
import pathlib

from machine import run

FOLDER = pathlib.Path(__file__).resolve().parents[1] / 'scenario'
LINE = 'all of this comes back, every byte of it; ' * 4


def melpo_test(*words, **kwargs):
    return run('test', *words, **kwargs)


def write(folder, name, *lines):
    path = folder / f'{name}.scenario'
    path.write_text(''.join(line + '\n' for line in lines), encoding='utf-8')
    return path


def failing_under_loss(folder):
    """Holds until a byte is lost; then the answer that must come does not."""
    return write(folder, 'lossy', 'machine headless.json', 'connect console',
                 'expect console "type\\r\\n"', f'send console "{LINE}"',
                 f'must expect console "{LINE}"')
