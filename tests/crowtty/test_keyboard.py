# SPDX-License-Identifier: MIT OR Apache-2.0
"""Standard input as the target's keyboard: from pipes, files and terminals, which are put back."""
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import time

import pytest

import wire
from target import CROWTTY, LIMIT_S, Crowtty, Stream, Target, Wire, environment, reads, take

ASKED = wire.cobs(b'\0\1\2') # for traces: the first thing that a target hears


class Terminal:
    """A pseudo-terminal with crowtty in its foreground."""

    def __init__(self, *words, **changes):
        self.keys, self.file = pty.openpty()
        self.before = termios.tcgetattr(self.file)
        self.process = subprocess.Popen(
            [CROWTTY, *map(str, words)], stdin=self.file, stdout=self.file, stderr=self.file,
            start_new_session=True, preexec_fn=self.take_over, env=environment(**changes))
        self.screen = Stream(reads(self.keys))

    def take_over(self):
        fcntl.ioctl(self.file, termios.TIOCSCTTY, 0)

    def type(self, keys):
        os.write(self.keys, keys)

    def until_read(self):
        """Returns when no key is left for crowtty to read."""
        limit = time.monotonic() + LIMIT_S
        while struct.unpack('i', fcntl.ioctl(self.file, termios.FIONREAD, bytes(4)))[0]:
            assert time.monotonic() < limit, 'keys are not read'
            time.sleep(0.002)

    def is_as_before(self):
        return termios.tcgetattr(self.file) == self.before

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.file)
        os.close(self.keys)


@pytest.fixture
def terminal():
    opened = []

    def begin(*words, **changes):
        opened.append(Terminal(*words, **changes))
        return opened[-1]
    yield begin
    for one in opened:
        one.close()


def test_a_pipe_is_typed_on_the_keyboard_port(attach):
    crowtty, wires = attach()
    wires.send(wire.mux(1, b'up\n'))
    crowtty.out.wait_for('up')
    crowtty.process.stdin.write(b'keys\n')

    wires.expect(2, b'keys\n')


def test_the_end_of_standard_input_is_not_the_end(attach):
    crowtty, wires = attach()
    crowtty.process.stdin.close()
    wires.send(wire.mux(1, b'lives on\n'))

    crowtty.out.wait_for('lives on')


def test_a_file_is_typed_whole(attach, tmp_path):
    keys = bytes(range(256)) * 1000
    (tmp_path / 'keys').write_bytes(keys)
    with open(tmp_path / 'keys', 'rb') as file:
        _, wires = attach(stdin=file)

    wires.expect(2, keys)


def test_what_is_piped_in_waits_for_the_target(start, target):
    target.socket.close()
    crowtty = start('tcp', target.port, '--tcp-port-base', 0)
    crowtty.err.wait_for('waiting for')
    crowtty.process.stdin.write(b'early')
    again = Target(target.port)

    again.accept().expect(2, b'early')
    again.close()


def test_a_file_waits_for_the_target(start, target, tmp_path):
    keys = bytes(range(256)) * 20
    (tmp_path / 'keys').write_bytes(keys)
    target.socket.close()
    with open(tmp_path / 'keys', 'rb') as file:
        crowtty = start('tcp', target.port, '--tcp-port-base', 0, stdin=file)
    crowtty.err.wait_for('waiting for')
    again = Target(target.port)

    again.accept().expect(2, keys)
    again.close()


def test_keys_typed_while_the_target_is_away_are_discarded_and_counted(terminal, target):
    target.socket.close()
    desk = terminal('tcp', target.port, '--tcp-port-base', 0)
    desk.screen.wait_for('waiting for')
    desk.screen.wait_for('ends crowtty')
    desk.type(b'early')
    desk.until_read()
    again = Target(target.port)
    again.accept()

    desk.screen.wait_for('keyboard: 5 bytes for a target that was away were discarded')
    again.close()


def test_another_port_may_be_the_keyboard(attach):
    crowtty, wires = attach('--keyboard-port', 12)
    crowtty.err.wait_for('connected')
    crowtty.process.stdin.write(b'shell')

    wires.expect(12, b'shell')


def test_without_a_keyboard_nothing_is_typed(attach):
    crowtty, wires = attach('--no-keyboard')
    crowtty.process.stdin.write(b'nothing')
    with crowtty.connect(0) as peer:
        peer.sendall(b'end')
        wires.expect(0, b'end')

    assert wires.received(2) == b''


def test_on_a_terminal_each_key_goes_at_once(terminal, target):
    desk = terminal('tcp', target.port, '--tcp-port-base', 0)
    wires = target.accept()
    desk.screen.wait_for(r'keys go to the target\'s port 2; Ctrl-\] ends crowtty')
    wires.expect(3, ASKED)
    for typed in (b'a', b'ab', b'ab\x03', b'ab\x03\r', b'ab\x03\r\x1a'):
        desk.type(typed[-1:])
        wires.expect(2, typed)


def test_the_way_out_ends_it_and_puts_the_terminal_back(terminal, target):
    desk = terminal('tcp', target.port, '--tcp-port-base', 0)
    wires = target.accept()
    desk.screen.wait_for('ends crowtty')
    wires.expect(3, ASKED) # the link is up
    assert not desk.is_as_before()
    desk.type(b'last\x1dnot this')

    assert desk.process.wait(LIMIT_S) == 0
    assert desk.is_as_before()
    wires.expect(2, b'last')


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
                                    signal.SIGABRT, signal.SIGSEGV])
def test_every_way_out_puts_the_terminal_back(terminal, target, number):
    desk = terminal('tcp', target.port, '--tcp-port-base', 0, ASAN_OPTIONS='handle_segv=0')
    target.accept()
    desk.screen.wait_for('ends crowtty')
    assert not desk.is_as_before()
    desk.process.send_signal(number)
    desk.process.wait(LIMIT_S)

    assert desk.is_as_before()


def test_without_a_keyboard_the_terminal_is_left_alone(terminal, target):
    desk = terminal('tcp', target.port, '--tcp-port-base', 0, '--no-keyboard')
    wires = target.accept()
    wires.send(wire.mux(1, b'hello\n'))
    desk.screen.wait_for('port 1:.* hello')

    assert desk.is_as_before()
    desk.type(b'\x03') # the terminal's own: an interrupt
    assert desk.process.wait(LIMIT_S) == 0


class Serial:
    """The far end of a serial line: the target's."""

    def __init__(self):
        self.far, self.near = pty.openpty()
        self.path = os.ttyname(self.near)

    def connect(self):
        return Wire(reads(self.far), self.write, lambda: None)

    def write(self, data):
        while data:
            data = data[os.write(self.far, data):]

    def close(self):
        for file in (self.far, self.near):
            os.close(file)


def test_a_serial_line_carries_every_byte():
    line = Serial()
    crowtty = Crowtty('serial', line.path, 9600, '--tcp-port-base', 0)
    wires = line.connect()
    crowtty.err.wait_for(f'connected to {line.path}')
    data = bytes(range(256)) * 8
    with crowtty.connect(6) as peer:
        peer.sendall(data)
        wires.expect(6, data)
        wires.send(wire.mux(6, data[:1000]))
        assert take(peer, 1000) == data[:1000]
    assert termios.tcgetattr(line.near)[4:6] == [termios.B9600] * 2
    crowtty.end()
    line.close()


def test_a_serial_device_that_comes_late_is_waited_for(tmp_path):
    place = tmp_path / 'ttyLATE'
    crowtty = Crowtty('serial', place, '--tcp-port-base', 0)
    crowtty.err.wait_for(f'waiting for {place}: no such file')
    line = Serial()
    place.symlink_to(line.path)
    wires = line.connect()
    crowtty.err.wait_for(f'connected to {place}')
    wires.send(wire.mux(1, b'late\n'))
    crowtty.out.wait_for('port 1: late')
    crowtty.end()
    line.close()


def test_a_serial_device_that_goes_away_is_waited_for(tmp_path):
    place = tmp_path / 'ttyUSB'
    line = Serial()
    place.symlink_to(line.path)
    crowtty = Crowtty('serial', place, '--tcp-port-base', 0)
    crowtty.err.wait_for('connected to')
    with crowtty.connect(0):
        place.unlink()
        line.close()
        crowtty.err.wait_for(f'lost {place}')
        line = Serial()
        place.symlink_to(line.path)
        crowtty.err.wait_for('connected to', 2)
    crowtty.end()
    line.close()
