# SPDX-License-Identifier: MIT OR Apache-2.0
"""Somebody talks to the machine's serial port, as with `nc 127.0.0.1 9999`."""
import shutil
import subprocess

from machine import GREETING, config_of, fields_of, uart


def test_greets_and_says_back_every_line(boot):
    machine = boot()

    with machine.connect() as peer:
        peer.expect(GREETING)
        for line in (b'hello\n', b'\n', b'once more, with feeling\r\n', b'x' * 70_000 + b'\n'):
            peer.send(line)
            peer.expect(line)


def test_says_back_all_bytes_there_are(boot):
    data = bytes(range(256)) * 5
    machine = boot()

    with machine.greeted() as peer:
        for byte in range(256):
            peer.send(data[byte:byte + 1])
            peer.expect(data[byte:byte + 1])
        peer.send(data)
        peer.expect(data)


def test_says_back_what_comes_while_it_is_greeting(boot):
    machine = boot()

    with machine.connect() as peer:
        peer.send(b'impatient\n')
        peer.expect(GREETING + b'impatient\n')


def test_a_port_with_an_empty_greeting_says_only_what_it_hears(boot):
    machine = boot(config_of(uart(greeting='')))

    with machine.connect() as peer:
        peer.send(b'hi')
        peer.expect(b'hi')


def test_a_peer_that_says_its_last_byte_gets_everything_and_then_the_end(boot):
    data = b'0123456789abcdef' * 10_000
    machine = boot()

    with machine.connect() as peer:
        peer.send(data)
        peer.finish()
        assert peer.take_all() == GREETING + data


def test_netcat_with_its_input_at_an_end_gets_everything_and_ends(boot):
    machine = boot()

    done = subprocess.run([shutil.which('nc'), '-N', '127.0.0.1', str(machine.port())],
                          input=b'hi\n', stdout=subprocess.PIPE, timeout=120, check=False)

    assert done.stdout == GREETING + b'hi\n'
    assert done.returncode == 0


def test_a_second_peer_is_refused_and_the_first_is_undisturbed(boot):
    machine = boot()

    with machine.greeted() as first:
        for _ in range(20):
            with machine.connect() as second:
                assert second.take_all() == b''
            first.send(b'still here\n')
            first.expect(b'still here\n')

    machine.wait_for('refused a second peer', 20)


def test_who_leaves_finds_the_port_free_at_once(boot):
    machine = boot()

    for leave in ('close', 'reset', 'finish') * 20:
        peer = machine.connect()
        peer.expect(GREETING)
        peer.send(b'in the middle of a li')
        getattr(peer, leave)()

    machine.greeted().close()
    assert not machine.find('refused')


def test_ports_do_not_hear_each_other(boot):
    machine = boot(config_of(uart('left'), uart('right')))

    with machine.greeted('left') as left, machine.greeted('right') as right:
        left.send(b'l' * 10_000)
        right.send(b'r' * 10_000)
        left.expect(b'l' * 10_000)
        right.expect(b'r' * 10_000)


def test_hello_is_said_on_its_own_every_interval(boot):
    machine = boot(config_of(uart(attach='hello'),
                             services={'sermux_hello': {'interval': '1ms', 'message': 'ahoy\n'}}))

    with machine.connect() as peer:
        assert b'ahoy\n' * 10 in peer.take(100)


def test_output_with_nobody_there_is_held_for_the_next_peer_if_so_configured(boot):
    hello = {'sermux_hello': {'interval': '1h', 'message': 'first words\n'}}
    machine = boot(config_of(uart(attach='hello', unconnected_output='hold'), services=hello))

    with machine.connect() as peer:
        peer.expect(b'first words\n')


def test_output_with_nobody_there_is_discarded_otherwise(boot):
    hello = {'sermux_hello': {'interval': '1h', 'message': 'first words\n'}}
    machine = boot(config_of(uart(attach='hello'), services=hello), '--trace', 'debug')
    machine.wait_for('opened uart=console')

    with machine.connect() as peer:
        machine.wait_for('peer connected')
        machine.halt()
        assert peer.take_all() == b''

    assert fields_of(machine.find('uart at the end')[0])['discarded_bytes'] == '12'


def test_many_machines_run_side_by_side(boot):
    machines = [boot() for _ in range(12)]
    peers = [machine.greeted() for machine in machines]

    for number, peer in enumerate(peers):
        peer.send(b'%d\n' % number * 5000)
    for number, peer in enumerate(peers):
        peer.expect(b'%d\n' % number * 5000)
        peer.close()

    assert len({machine.port() for machine in machines}) == 12
