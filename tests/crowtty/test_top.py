# SPDX-License-Identifier: MIT OR Apache-2.0
"""crowtty top: one table for scripts, and the live one on a terminal."""
import fcntl
import os
import pty
import struct
import subprocess
import termios

import pytest

import wire
from target import CROWTTY, LIMIT_S, Stream, environment, reads
from wire import INFO

ROWS = {'task': 1, 'service': 2, 'heap': 3, 'queue': 4, 'clock': 5}
METAS = [wire.meta(number, name, 'kernel::stats', INFO) for name, number in ROWS.items()]


def row(name, at_s, /, **fields):
    return wire.event(ROWS[name], {**fields, 'at_us': at_s * 1000000})


def rounds(*seconds):
    """Rounds in which `busy` takes a quarter of the time and waits for `lazy`."""
    for at in seconds:
        yield row('task', at, task=1, name='busy', polls=100 * at, spent_ns=250000000 * at,
                  waits_in='echo:12', waits_for=2, waited_us=3200000)
        yield row('task', at, task=2, name='lazy', polls=at, spent_ns=1000000 * at, waits_in='',
                  waits_for=0, waited_us=0)
        yield row('service', at, service='echo', instance=0, server=2, taken=50 * at, queued=1,
                  in_hand=0, clients=3)
        yield row('heap', at, capacity_bytes=1 << 20, live_bytes=1 << 17, peak_bytes=1 << 18,
                  live_blocks=99)
        yield row('queue', at, queue='mux port 1', count_bytes=5, capacity_bytes=64, lost_bytes=7)
        yield row('clock', at, ticks=1000 * at, tasks=2)


def test_one_table_for_scripts(start, target):
    crowtty = start('top', 'tcp', target.port, '--once')
    wires = target.accept()
    wires.expect(3, wire.cobs(b'\0\1\2'))
    wires.send(wire.trace(*METAS, *rounds(5, 6)))

    assert crowtty.wait() == 0
    lines = crowtty.out.text.splitlines()
    assert lines[0] == (f'127.0.0.1:{target.port}   up 6.000 s   2 tasks   25.1 % busy'
                        '   1000 ticks/s')
    assert lines[1] == 'heap 128 KiB of 1024 KiB live (12 %)   peak 256 KiB   99 blocks'
    assert lines[3].split() == ['TASK', 'NAME', 'SHARE%', 'POLLS/S', 'SPENT', 'us', 'WAITED', 'FOR',
                                'IN']
    assert lines[4].split() == ['1', 'busy', '25.0', '100', '1500000', '3.200', 's', 'lazy',
                                'echo:12']
    assert lines[5].split() == ['2', 'lazy', '0.1', '1', '6000', '-', '-']
    assert lines[8].split() == ['echo', '0', 'lazy', '50', '300', '1', '0', '3']
    assert lines[11].split()[:3] == ['mux', 'port', '1'] and lines[11].endswith(' 7')


def test_the_order_may_be_chosen(start, target):
    crowtty = start('top', '--once', '--sort', 'id', 'tcp', target.port)
    target.accept().send(wire.trace(*METAS, *rounds(1, 2)))

    assert crowtty.wait() == 0
    assert crowtty.out.text.index('busy  ') < crowtty.out.text.index('lazy  ')


def test_a_target_without_statistics_is_told(start, target):
    crowtty = start('top', '--once', 'tcp', target.port)
    target.accept()

    assert crowtty.wait() == 1
    assert f'no statistics from 127.0.0.1:{target.port} within 10 s' in crowtty.err.text


class Screen:
    def __init__(self, *words, rows=24, columns=100):
        self.keys, self.file = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.file)
        self.process = subprocess.Popen(
            [CROWTTY, 'top', *map(str, words)], stdin=self.file, stdout=self.file,
            stderr=subprocess.PIPE, start_new_session=True, preexec_fn=self.take_over,
            env=environment(TERM='xterm'))
        self.shown = Stream(reads(self.keys))

    def take_over(self):
        fcntl.ioctl(self.file, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.keys, keys)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        os.close(self.file)
        os.close(self.keys)


@pytest.fixture
def screen(target):
    one = Screen('tcp', target.port)
    yield one
    one.close()


def test_a_live_table_with_keys(screen, target):
    wires = target.accept()
    screen.shown.wait_for('sort: share')
    wires.send(wire.trace(*METAS, *rounds(1, 2)))
    screen.shown.wait_for('25.1 % busy')
    screen.type(b's')
    screen.shown.wait_for('polls')
    screen.type(b'p')
    screen.shown.wait_for('go on')
    wires.send(wire.trace(*rounds(3)))
    screen.type(b'p')
    screen.shown.wait_for('3.0?')
    screen.type(b'q')

    assert screen.process.wait(LIMIT_S) == 0
    assert termios.tcgetattr(screen.file) == screen.before


def test_a_small_screen_says_what_is_missing(screen, target):
    wires = target.accept()
    wires.send(wire.trace(*METAS, *rounds(1, 2)))
    screen.shown.wait_for('25.1 % busy')
    screen.resize(8, 60)
    screen.shown.wait_for(r'lines more')
    screen.type(b'\x03')

    assert screen.process.wait(LIMIT_S) == 0


def test_a_restarted_target_is_shown_again(screen, target):
    wires = target.accept()
    wires.send(wire.trace(*METAS, *rounds(1, 2)))
    screen.shown.wait_for('25.1 % busy')
    wires.close()
    screen.shown.wait_for('lost')
    wires = target.accept()
    wires.send(wire.trace(*METAS, *rounds(1), row('task', 2, task=9, name='phoenix'),
                          row('clock', 2)))
    screen.shown.wait_for('phoenix')


def test_an_unknown_terminal_is_told(target):
    keys, file = pty.openpty()
    done = subprocess.run([CROWTTY, 'top', 'tcp', str(target.port)], stdin=file, stdout=file,
                          stderr=subprocess.PIPE, env=environment(TERM='no-such'), text=True,
                          timeout=LIMIT_S, check=False)
    os.close(keys)
    os.close(file)

    assert done.returncode == 1 and 'top needs a terminal' in done.stderr
