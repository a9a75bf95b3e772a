# SPDX-License-Identifier: MIT OR Apache-2.0
"""Real and virtual time, as the command line chooses them."""
import re

from machine import GREETING, config_of, uart

SILENT = uart('tick', backend='null', attach='hello')
TRACE = ('--trace', 'trace', '--time', 'virtual')


def test_real_time_halts_after_the_duration_asked_for(boot):
    machine = boot(config_of(), '--until', '200ms')

    assert machine.wait() == 0
    seconds, nanoseconds = re.match(r'(\d+)\.(\d+)s', machine.find('halted')[0]).groups()
    assert int(seconds) * 10**9 + int(nanoseconds) >= 200_000_000


def test_virtual_time_halts_at_the_very_microsecond(boot):
    machine = boot(config_of(), '--until', '90s', '--time', 'virtual')

    assert machine.wait() == 0
    assert machine.find('halted')[0].startswith('90.000000000s INFO ')


def test_a_duration_of_nothing_halts_at_once(boot):
    assert boot(config_of(), '--until', '0s').wait() == 0


def test_ten_years_with_a_word_a_day_pass_twice_the_same(boot):
    config = config_of(SILENT, services={'sermux_hello': {'interval': '24h', 'message': 'day\n'}})
    first, second = [boot(config, *TRACE, '--seed', 7, '--until', '3652d') for _ in range(2)]

    for machine in (first, second):
        assert machine.wait() == 0
        machine.lines[0] = re.sub(r'config=\S+', 'config=FILE', machine.lines[0])

    assert first.log == second.log
    assert ' discarded_bytes=14608' in first.find('uart at the end')[0]  # 4 bytes a day
    assert first.find('halted')[0].startswith('315532800.000000000s ')


def test_a_run_without_a_seed_names_the_one_it_took(boot):
    first, second = [boot(config_of(), '--until', '1s', '--time', 'virtual') for _ in range(2)]

    seeds = [re.search(r'seed=(0x[0-9a-f]+)', one.wait_for('seed=')[0]).group(1)
             for one in (first, second)]

    assert seeds[0] != seeds[1]
    assert boot(config_of(), '--seed', seeds[0], '--until', '0s').wait_for(f'seed={seeds[0]}$')


def test_virtual_time_serves_a_peer_and_stands_still_meanwhile(boot):
    machine = boot(config_of(uart()), '--time', 'virtual')

    with machine.connect() as peer:
        peer.expect(GREETING)
        peer.send(b'no hurry\n')
        peer.expect(b'no hurry\n')

    machine.halt()
    assert machine.find('peer connected')[0].startswith('0.000000000s ')


def test_no_deadline_is_lost_in_real_time(boot):
    """A thousand sleeps of a millisecond and more: each of them ends."""
    machine = boot(config_of(uart(attach='hello'),
                             services={'sermux_hello': {'interval': '1ms', 'message': '.'}}))

    with machine.connect() as peer:
        assert peer.take(1000) == b'.' * 1000
