# SPDX-License-Identifier: MIT OR Apache-2.0
"""Much data through device, driver, service and daemon, and back."""
import random
import select

from machine import GREETING, LIMIT_S, config_of, uart

STREAM_BYTES = 64 << 20
CHUNK_BYTES = 1 << 16
STALL_EVERY_BYTES = 4 << 20  # of reading, on average
FULL_MS = 20  # nothing taken for so long: everything on the way is full, the stall may end
GROWTH_KB = 8192  # an eighth of the stream; a sanitizer's own books take about half of it


class Pump:
    """Writes a stream into a peer and checks what comes back, stalling in between."""

    def __init__(self, peer, data, chance):
        self.peer, self.data, self.chance = peer, memoryview(data), chance
        self.written = self.read = self.stalls = 0
        peer.socket.setblocking(False)

    def write_some(self):
        chunk = self.data[self.written:self.written + CHUNK_BYTES]
        self.written += self.peer.socket.send(chunk)
        if self.written == len(self.data):
            self.peer.finish()

    def read_some(self):
        got = self.peer.socket.recv(CHUNK_BYTES)
        assert got, f'closed after {self.read} bytes'
        assert self.data[self.read:self.read + len(got)] == got, f'wrong after {self.read} bytes'
        self.read += len(got)

    def wait(self, events, limit_ms):
        waiting = select.poll()
        waiting.register(self.peer.socket, events)
        return dict(waiting.poll(limit_ms)).get(self.peer.socket.fileno(), 0)

    def stall(self):
        """Reads nothing, and writes for as long as anything is taken."""
        self.stalls += 1
        while self.written < len(self.data) and self.wait(select.POLLOUT, FULL_MS):
            self.write_some()

    def run(self):
        while self.read < len(self.data):
            if self.chance.random() < CHUNK_BYTES / STALL_EVERY_BYTES:
                self.stall()
            writing = select.POLLOUT if self.written < len(self.data) else 0
            events = self.wait(select.POLLIN | writing, LIMIT_S * 1000)
            assert events, f'stuck with {self.written} bytes written and {self.read} read'
            if events & select.POLLIN:
                self.read_some()
            if events & select.POLLOUT:
                self.write_some()


def stream(machine, data, chance):
    """Sends all of it through the loopback; returns how often the reader has stalled."""
    with machine.greeted(SO_RCVBUF=1 << 16, SO_SNDBUF=1 << 16) as peer:
        pump = Pump(peer, data, chance)
        pump.run()
        peer.socket.settimeout(LIMIT_S)
        assert peer.take_all() == b''
    return pump.stalls


def test_64_mib_come_back_identical_while_the_reader_stalls_and_memory_stays_bounded(boot):
    chance = random.Random(3)
    data = chance.randbytes(STREAM_BYTES)
    machine = boot()
    stream(machine, data[:1 << 20], chance)
    before_kb = int(machine.status('VmHWM'))

    stalls = stream(machine, data, chance)

    assert stalls >= 4
    assert int(machine.status('VmHWM')) - before_kb <= GROWTH_KB
    machine.halt()


def test_queues_of_any_size_lose_nothing(boot):
    chance = random.Random(4)
    data = chance.randbytes(1 << 18)
    sizes = [(16, 16), (16, 65536), (65536, 16), (17, 4099), (1 << 20, 1 << 20)]
    machine = boot(config_of(*(uart(f'port{number}', incoming_size=come, outgoing_size=go)
                               for number, (come, go) in enumerate(sizes)),
                             kernel={'heap_size': '8MiB'}))

    for number in range(len(sizes)):
        with machine.greeted(f'port{number}') as peer:
            pump = Pump(peer, data, chance)
            pump.run()


def test_nothing_is_lost_that_was_sent_before_the_end(boot):
    """Reset-free endings: every byte of the former peer is received, also behind a full queue."""
    machine = boot(config_of(uart(incoming_size=16, outgoing_size=16)), '--trace', 'info,sim=debug')
    data = random.Random(5).randbytes(100_000)

    with machine.connect() as peer:
        peer.send(data)
        peer.finish()
        assert peer.take_all() == GREETING + data

    machine.halt()
    assert f' received_bytes={len(data)} sent_bytes={len(GREETING) + len(data)} ' \
        'discarded_bytes=0' in machine.find('uart at the end')[0]


def write_until_full(peer, data):
    """Writes for as long as anything is taken; gives what was."""
    pump = Pump(peer, data, None)
    pump.stall()
    assert pump.written < len(data)
    peer.socket.setblocking(True)
    peer.socket.settimeout(LIMIT_S)
    return data[:pump.written]


def test_who_has_finished_and_reads_late_loses_nothing(boot):
    """Under virtual time, where the machine's patience is over as soon as it has nothing to do."""
    machine = boot(config_of(uart(incoming_size=1 << 20), kernel={'heap_size': '4MiB'}),
                   '--time', 'virtual', '--trace', 'info,devices=debug')

    with machine.greeted(SO_RCVBUF=1 << 16, SO_SNDBUF=1 << 16) as peer:
        data = write_until_full(peer, random.Random(6).randbytes(STREAM_BYTES >> 2))
        peer.finish()
        # What is left has room in the machine, which can then read to the end by itself.
        back = bytearray(peer.take(len(data) - (1 << 19)))
        machine.wait_for('peer finished sending')
        select.poll().poll(FULL_MS)  # for the machine to come to rest
        back += peer.take_all()

    assert len(back) == len(data)
    assert bool(back == data)  # their difference would be long
