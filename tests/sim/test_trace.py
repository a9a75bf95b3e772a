# SPDX-License-Identifier: MIT OR Apache-2.0
"""A host on the trace port of the whole machine, over the mux and TCP."""
import pathlib
import sys

from machine import config_of, uart

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'crowtty'))
from wire import INFO, TRACE, cobs, mux, option, uncobs  # noqa: E402

HEARTBEAT, META, EVENT = 0, 1, 2
CONFIG = config_of(uart('mux', attach='serial_mux'),
                   services={'serial_mux': {'enabled': True}, 'sermux_hello': {'enabled': True},
                             'sermux_trace': {'enabled': True}})


class Reader:
    """Takes a message apart, as far as these tests look at it."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self):
        count = self.number()
        self.at += count
        return self.data[self.at - count:self.at].decode('utf-8')

    def fields(self):
        return {self.text(): (self.number() if self.number() == 4 else self.text())
                for _ in range(self.number())}


class Host:
    """Knows only the sites that it was told of since it came."""

    def __init__(self, peer):
        self.peer, self.stream, self.sites, self.seen = peer, b'', {}, []

    def ask(self, level):
        self.peer.send(mux(3, cobs(b'\0' + option(level))))

    def call(self, level):
        """Asks, and passes over what was on its way to somebody else until the answer."""
        self.ask(level)
        while self.read_message() != bytes([HEARTBEAT, 1, level]):
            pass

    def read_frame(self):
        frame = bytearray()
        while (byte := self.peer.take(1)) != b'\0':
            frame += byte
        data = uncobs(bytes(frame))
        if data and data[:2] == b'\3\0':
            self.stream += data[2:]

    def read_message(self):
        while b'\0' not in self.stream:
            self.read_frame()
        frame, self.stream = self.stream.split(b'\0', 1)
        return uncobs(frame)

    def read(self):
        """The next message: its kind, then what it says."""
        reader = Reader(self.read_message())
        kind = reader.number()
        if kind == HEARTBEAT:
            return kind, reader.number() and reader.number()
        if kind == META:
            site, name, target = reader.number(), reader.text(), reader.text()
            self.sites[site] = f'{target} {name}'
            return kind, site
        assert kind == EVENT
        assert reader.number() == 0  # no span around it
        fields = reader.fields()
        return kind, self.sites[reader.number()], fields

    def wait_for(self, holds):
        while not holds(message := self.read()):
            self.seen.append(message)
        return message


def is_event(site, **fields):
    return lambda message: (message[0] == EVENT and message[1] == site and
                            fields.items() <= message[2].items())


def test_a_host_is_answered_and_told_what_runs_and_what_there_is(boot):
    machine = boot(CONFIG)

    with machine.connect('mux') as peer:
        host = Host(peer)
        host.call(TRACE)
        host.wait_for(is_event('kernel::stats clock'))
        names = [message[2]['name'] for message in host.seen
                 if message[:2] == (EVENT, 'kernel::stats task')]
        hello = host.wait_for(is_event('kernel::task poll', name='mux_hello'))[2]
        host.wait_for(is_event('kernel::task polled', task=hello['task'], state='pending'))

    assert {'mux', 'serial_mux', 'tracer', 'mux_hello'} <= set(names)
    assert hello['message'] == 'poll'
    assert list(hello)[-1] == 'at_us'


def test_hosts_come_and_go_and_each_learns_all(boot):
    machine = boot(CONFIG)

    for level in (INFO, TRACE, INFO):
        with machine.connect('mux') as peer:
            host = Host(peer)
            host.call(level)
            host.wait_for(is_event('kernel::stats clock'))


def test_the_mux_carries_the_trace_and_is_not_in_it(boot):
    machine = boot(CONFIG)

    with machine.connect('mux') as peer:
        host = Host(peer)
        host.call(TRACE)
        for _ in range(3):
            host.wait_for(is_event('kernel::stats clock'))

    polled = {message[2]['name'] for message in host.seen
              if message[:2] == (EVENT, 'kernel::task poll')}
    assert polled <= {'mux_hello', 'power'}
