# SPDX-License-Identifier: MIT OR Apache-2.0
"""What every test of the whole program may ask for."""
import pytest

import machine


@pytest.fixture
def boot(tmp_path):
    """A function that starts a machine, see machine.Machine. What still runs at the end of the
    test is halted in order, and must then have had nothing to complain about."""
    machines = []

    def start(config=machine.CONSOLE, *options, **kwargs):
        folder = tmp_path / f'machine{len(machines)}'
        folder.mkdir()
        machines.append(machine.Machine(folder, config, *options, **kwargs))
        return machines[-1].wait_until_up() if config else machines[-1]

    try:
        yield start
        for one in machines:
            if not one.is_waited_for:
                one.halt()
    finally:
        for one in machines:
            one.destroy()
