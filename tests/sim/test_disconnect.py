# SPDX-License-Identifier: MIT OR Apache-2.0
"""Peers come and go at any moment, and leave nothing behind."""
import random
import select

import pytest

from machine import CONSOLE, GREETING, LIMIT_S, config_of, fields_of, uart

DISCONNECTS = 10_000
FULL_MS = 20  # nothing taken for so long: everything on the way is full
KEPT = ('tasks', 'heap_live_bytes', 'heap_live_blocks', 'heap_peak_bytes')


def close(peer):
    peer.close()


def reset(peer):
    peer.reset()


def close_in_the_middle_of_a_line(peer):
    peer.send(b'in the middle of a li')
    peer.close()


def reset_in_the_middle_of_a_line(peer):
    peer.send(b'in the middle of a li')
    peer.reset()


def close_after_the_echo(peer):
    peer.expect(GREETING)
    peer.send(b'a line\n')
    peer.expect(b'a line\n')
    peer.close()


def close_only_one_way(peer):
    peer.send(b'a line\n')
    peer.finish()
    peer.expect(GREETING + b'a line\n')
    peer.close()


def close_unread(peer):
    peer.send(b'x' * 5000)
    peer.finish()
    peer.close()


WAYS = (close, reset, close_in_the_middle_of_a_line, reset_in_the_middle_of_a_line,
        close_after_the_echo, close_only_one_way, close_unread)


def figures_at_the_end(machine):
    """What the machine says of itself as it halts: the kernel's figures, and the UART's."""
    machine.halt()
    return (fields_of(machine.find('kernel at the end')[0]),
            fields_of(machine.find('uart at the end')[0]))


def disconnect(machine, times):
    """Comes and goes in all ways, in a fixed disorder; the last one is out when this returns."""
    chance = random.Random(2)
    for _ in range(times):
        chance.choice(WAYS)(machine.connect())
    with machine.greeted() as peer:
        peer.finish()
        assert len(peer.take_all()) <= 5000 + len(GREETING)


def fill(peer, data):
    """Writes `data`, again and again, until nothing more is taken: the way there and the way back
    are full. Gives how many bytes that were."""
    writable, count = select.poll(), 0
    writable.register(peer.socket, select.POLLOUT)
    peer.socket.setblocking(False)
    while writable.poll(FULL_MS):
        count += peer.socket.send(memoryview(data)[count % len(data):])
    peer.socket.settimeout(LIMIT_S)
    return count


def test_ten_thousand_disconnects_leave_no_descriptor_no_task_and_no_byte_of_heap(boot):
    fresh, used = [boot(CONSOLE, '--trace', 'info,sim=debug') for _ in range(2)]
    disconnect(fresh, 1)
    disconnect(used, 1)
    descriptors = used.descriptors()

    disconnect(used, DISCONNECTS)

    assert used.descriptors() == descriptors
    before, _ = figures_at_the_end(fresh)
    after, port = figures_at_the_end(used)
    assert {key: after[key] for key in KEPT} == {key: before[key] for key in KEPT}
    assert int(port['connections']) == DISCONNECTS + 3
    assert port['refused_peers'] == '0'


def come_after(machine):
    """The next peer once it is let in: an end that stands behind a megabyte in flight is seen only
    when that has been read, and until then the port is taken."""
    while True:
        peer = machine.connect()
        try:
            peer.send(b'me')
            if first := peer.take(1):
                return peer, first
        except ConnectionError:
            pass
        peer.close()


@pytest.mark.parametrize('leave', [close, reset])
@pytest.mark.parametrize('sizes', [(4096, 4096), (16, 1 << 20), (1 << 20, 16)], ids=str)
def test_a_peer_that_dies_with_much_in_flight_leaves_nothing_to_the_next(boot, leave, sizes):
    data = random.Random(7).randbytes(1 << 20)
    machine = boot(config_of(uart(incoming_size=sizes[0], outgoing_size=sizes[1]),
                             kernel={'heap_size': '4MiB'}))

    for _ in range(5):
        peer = machine.greeted(SO_RCVBUF=1 << 16)
        assert fill(peer, data) >= len(data)
        peer.expect(data[:1 << 14])
        leave(peer)
        successor, first = come_after(machine)
        successor.expect((GREETING + b'me')[1:])
        assert first == GREETING[:1]
        successor.reset()


def test_a_reset_peer_makes_room_at_once_whatever_is_in_flight(boot):
    machine = boot()

    for _ in range(20):
        peer = machine.greeted(SO_RCVBUF=1 << 16, SO_SNDBUF=1 << 16)
        fill(peer, bytes(1 << 16))
        peer.reset()
        machine.greeted().close()

    assert not machine.find('refused')
