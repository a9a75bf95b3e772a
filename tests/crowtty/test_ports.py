# SPDX-License-Identifier: MIT OR Apache-2.0
"""Mux ports as TCP ports: both ways, several peers, slow ones, a target that comes and goes."""
import random
import signal
import socket
import subprocess

import pytest

import wire
from target import CROWTTY, LIMIT_S, Stream, Target, environment, run, take


def test_a_port_carries_bytes_both_ways(attach):
    crowtty, target = attach()
    with crowtty.connect(0) as peer:
        peer.sendall(b'ping')
        target.expect(0, b'ping')
        target.send(wire.mux(0, b'pong'))

        assert take(peer, 4) == b'pong'


def test_long_data_is_cut_into_frames_of_256_bytes(attach):
    crowtty, target = attach()
    data = random.Random(1).randbytes(10_000)
    with crowtty.connect(5) as peer:
        peer.sendall(data)
        target.expect(5, data)

    assert max(len(part) for port, part in target.frames() if port == 5) == 256


def test_a_port_may_have_several_peers(attach):
    crowtty, target = attach()
    with crowtty.connect(7) as one, crowtty.connect(7) as other:
        one.sendall(b'1')
        target.expect(7, b'1')
        other.sendall(b'2')
        target.expect(7, b'12')
        target.send(wire.mux(7, b'both'))

        assert take(one, 4) == take(other, 4) == b'both'


def test_frames_of_any_size_are_taken(attach):
    crowtty, target = attach()
    data = random.Random(2).randbytes(60_000)
    with crowtty.connect(0) as peer:
        peer.sendall(b'x')
        target.expect(0, b'x')
        target.send(wire.mux(0, data))

        assert take(peer, len(data)) == data


def test_who_has_finished_sending_still_hears(attach):
    crowtty, target = attach()
    with crowtty.connect(0) as peer:
        peer.sendall(b'last words')
        peer.shutdown(socket.SHUT_WR)
        target.expect(0, b'last words')
        target.send(wire.mux(0, b'heard'))

        assert take(peer, 100) == b'heard' # and then the end: nothing more comes


def test_only_the_ports_asked_for_are_offered(attach):
    crowtty, _ = attach('--ports', '3,60-61')

    crowtty.port(60)
    crowtty.port(61)
    assert crowtty.err.text.count('127.0.0.1:') == 3 + crowtty.err.text.count('connected')


def test_a_port_that_is_taken_is_said_and_left_out(start, target):
    with socket.create_server(('127.0.0.1', 0)) as other:
        taken = other.getsockname()[1]
        crowtty = start('tcp', target.port, '--tcp-port-base', taken - 4, '--ports', 4)
        wires = target.accept()

        crowtty.err.wait_for(rf'port 4: cannot listen on 127\.0\.0\.1:{taken}: .*; left out\n')
        wires.send(wire.mux(1, b'lives on\n'))
        crowtty.out.wait_for('port 1: lives on')


def test_peers_stay_while_the_target_is_restarted(attach, target):
    crowtty, wires = attach()
    with crowtty.connect(10) as peer:
        peer.sendall(b'before')
        wires.expect(10, b'before')
        crowtty.err.wait_for('connected to')
        target.close()
        crowtty.err.wait_for('lost ')
        peer.sendall(b'lost words')
        crowtty.err.wait_for('port 10: the target is away: what is sent to it is discarded')

        again = Target(target.port)
        wires = again.accept()
        crowtty.err.wait_for('port 10: 10 bytes for a target that was away were discarded')
        peer.sendall(b'after')
        wires.expect(10, b'after')
        wires.send(wire.mux(10, b'hello again'))
        assert take(peer, 11) == b'hello again'
        crowtty.err.wait_for('connected to', 2)
        again.close()


def test_a_target_that_is_not_there_is_said_once(start):
    with socket.create_server(('127.0.0.1', 0)) as unused:
        port = unused.getsockname()[1]
    crowtty = start('tcp', port, '--tcp-port-base', 0)
    crowtty.err.wait_for(rf'waiting for 127\.0\.0\.1:{port}: connection refused')
    late = Target(port)
    late.accept()
    crowtty.err.wait_for('connected to')

    assert crowtty.err.text.count('waiting for') == 1
    late.close()


def test_a_target_that_hangs_up_at_once_is_said_once(start, target):
    crowtty = start('tcp', target.port, '--tcp-port-base', 0)
    for _ in range(3):
        target.accept().close()
    target.accept()
    crowtty.err.wait_for('connected to')

    assert crowtty.err.text.count('is another program attached to it?') == 1
    assert 'lost' not in crowtty.err.text


def test_half_a_frame_of_an_old_connection_does_no_harm_to_the_new_one(attach, target):
    crowtty, wires = attach()
    wires.send(wire.mux(1, b'first\n'), b'\x09half a f')
    crowtty.out.wait_for('port 1: first')
    wires.close()
    wires = target.accept()
    wires.send(wire.mux(1, b'second\n'))

    crowtty.out.wait_for('port 1: second')


def test_garbage_between_frames_costs_at_most_the_next_one(attach):
    crowtty, wires = attach('--verbose')
    garbage = random.Random(4).randbytes(10_000)
    with crowtty.connect(9) as peer:
        peer.sendall(b'x')
        wires.expect(9, b'x')
        wires.send(garbage, b'\0', wire.mux(1, b'still here\n'))
        crowtty.out.wait_for('port 1: still here')
        crowtty.err.wait_for(r'\d+ damaged frames')


def test_a_peer_that_does_not_read_stops_nobody(attach):
    crowtty, wires = attach()
    chunk = bytes(range(256)) * 16
    count = 4096 # 16 MiB: more than all buffers on the way
    with crowtty.connect(4) as stalled, crowtty.connect(5) as reader:
        stalled.sendall(b'x')
        reader.sendall(b'x')
        wires.expect(4, b'x')
        wires.expect(5, b'x')
        got = b''
        for _ in range(count // 64):
            wires.send(*[wire.mux(4, chunk) for _ in range(64)], wire.mux(5, b'tick'))
            got += take(reader, 4)
        assert got == b'tick' * (count // 64)
        crowtty.err.wait_for('port 4: a peer does not read: what comes for it is dropped')

        stalled.settimeout(None)
        late = Stream(stalled.recv)
        lost = int(crowtty.err.wait_for(r'port 4: (\d+) bytes were dropped')[0])
        kept = count * len(chunk) - lost # what was lost is counted exactly
        late.wait_until(lambda data: len(data) >= kept, f'{kept} bytes')
        assert len(late.data) == kept
        assert crowtty.err.text.count('does not read') == 1


def test_a_target_that_does_not_read_loses_nothing(start):
    """Peers are made to wait instead."""
    with socket.create_server(('127.0.0.1', 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        crowtty = start('tcp', listener.getsockname()[1], '--tcp-port-base', 0)
        connection, _ = listener.accept()
        data = random.Random(5).randbytes(1 << 20)
        with crowtty.connect(3 + 8) as peer:
            peer.setblocking(False)
            sent = 0
            while True: # until the way is full
                try:
                    sent += peer.send(data[sent:sent + 65536])
                except BlockingIOError:
                    break
                if sent >= len(data):
                    break
            peer.setblocking(True)
            stream = b''
            while b''.join(p for p in parts_of(stream, 11)) != data[:sent]:
                part = connection.recv(1 << 16)
                assert part
                stream += part
        connection.close()


def parts_of(stream, port):
    for frame in stream.split(b'\0')[:-1]:
        part = wire.uncobs(frame)
        if part and int.from_bytes(part[:2], 'little') == port:
            yield part[2:]


def test_a_console_is_told_from_a_mux(attach):
    crowtty, wires = attach()
    wires.send(b'mnemOS Forth: `help` for the words\r\n')

    crowtty.err.wait_for('sends bytes but no frames: is this the port of a serial mux')


@pytest.mark.parametrize('ending', ['SIGTERM', 'SIGINT', 'SIGHUP'])
def test_it_ends_in_order(attach, ending):
    crowtty, _ = attach()
    with crowtty.connect(0):
        crowtty.end(getattr(signal, ending))


def test_standard_output_that_nobody_reads_ends_it(target):
    process = subprocess.Popen([CROWTTY, 'tcp', str(target.port), '--tcp-port-base', '0'],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())
    wires = target.accept()
    process.stdout.close()
    wires.send(wire.mux(1, b'anybody?\n'))
    status = process.wait(LIMIT_S)
    process.stderr.close()

    assert status == 0


def test_help_and_version_need_no_target():
    assert run('--help').returncode == 0
    assert run('--version').stdout.startswith('crowtty ')
