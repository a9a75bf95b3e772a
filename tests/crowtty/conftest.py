# SPDX-License-Identifier: MIT OR Apache-2.0
"""What every test of crowtty may ask for."""
import pytest

from target import Crowtty, Target


@pytest.fixture
def target():
    one = Target()
    yield one
    one.close()


@pytest.fixture
def start():
    """A function that starts crowtty; what still runs at the end of the test is ended in order."""
    programs = []

    def begin(*words, **kwargs):
        programs.append(Crowtty(*words, **kwargs))
        return programs[-1]

    try:
        yield begin
        for one in programs:
            if one.process.returncode is None:
                one.end()
    finally:
        for one in programs:
            one.destroy()


@pytest.fixture
def attach(start, target):
    """crowtty attached to the target, with ports of the system's choice: (crowtty, wire)."""
    def begin(*words, **kwargs):
        crowtty = start('tcp', target.port, '--tcp-port-base', 0, *words, **kwargs)
        return crowtty, target.accept()
    return begin
