# SPDX-License-Identifier: MIT OR Apache-2.0
"""The serial mux of a whole machine, from the host's end of its wire."""
import json
import pathlib

import pytest

from machine import config_of, fields_of, uart
from mux import Mux, cobs, frame_of, uncobs

ROOT = pathlib.Path(__file__).resolve().parents[2]
GREETING = b"mnemOS Forth: `help` for this machine's words, `words` for all\r\n"


def mux_machine(heap='4MiB', hello='1h', **loopback):
    services = {'serial_mux': {'enabled': True},
                'sermux_loopback': {'enabled': True, **loopback},
                'sermux_hello': {'enabled': True, 'interval': hello}}
    config = config_of(uart('mux', attach='serial_mux'), kernel={'heap_size': heap},
                       services=services)
    config['platform']['forth_shell'] = {'enabled': True}
    return config


def at_free_ports(name):
    """A configuration that is shipped, at addresses that nobody else has, without a display."""
    config = json.loads((ROOT / 'configs' / name).read_text(encoding='utf-8'))
    del config['$schema']
    config['platform']['display'] = {'enabled': False}
    for one in config['platform']['uarts']:
        one['address'] = '127.0.0.1:0'
    return config


def log_line(machine, text):
    return machine.find(text)


def test_the_client_of_these_tests_speaks_as_the_format_says():
    assert frame_of(0, b'!') == bytes.fromhex('0101022100')
    assert frame_of(1, b'hello\r\n') == bytes.fromhex('02010868656c6c6f0d0a00')
    for data in (bytes(300), bytes(range(1, 256)) * 2, b'\0x' * 200, b'x' * 254 + b'\0'):
        assert uncobs(cobs(data)[:-1]) == data


def test_loopback_hello_and_a_shell_share_one_wire(boot):
    machine = boot(mux_machine())
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.send(0, b'!')
        mux.send(10, b'1 2 + .\n')
        mux.expect(0, b'!')
        mux.expect(10, GREETING + b'3 ok.\r\n')


def test_hello_is_said_every_interval(boot):
    machine = boot(mux_machine(hello='1ms'))
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.expect(1, b'hello\r\n' * 20)


def test_each_shell_is_a_machine_of_its_own(boot):
    machine = boot(mux_machine())
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        for port in range(10, 14):
            mux.send(port, b': me %d . ;\n' % port)
            mux.until(port, b'ok.\r\n')
        for port in range(10, 14):
            mux.send(port, b'me\n')
            mux.expect(port, b'%d ok.\r\n' % port)


def test_a_shell_takes_its_memory_when_it_is_talked_to(boot):
    """Four shells would not fit; two are talked to, and the machine is as small as that."""
    machine = boot(mux_machine(heap='192KiB'))
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        for port in (13, 11):
            mux.send(port, b'5 .\n')
            mux.expect(port, GREETING + b'5 ok.\r\n')
        mux.send(0, b'still here')
        mux.expect(0, b'still here')


def test_what_is_echoed_is_what_was_sent_however_small_the_queue(boot):
    machine = boot(mux_machine(buffer_size=16))
    data = bytes(range(256)) * 64
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.send(0, data)
        mux.expect(0, data)
    assert max(size for port, size in mux.frames if port == 0) <= 256


def test_garbage_between_frames_costs_nobody_anything(boot):
    machine = boot(mux_machine(buffer_size=4096), '--trace', 'debug')
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        for number in range(100):
            peer.send(b'\xffgarbage %d\x00' % number + b'\x02\x07\x00' + b'x' * 600 + b'\x00')
            mux.send(0, b'%d ' % number)
        mux.expect(0, b''.join(b'%d ' % number for number in range(100)))
    machine.halt()
    found = fields_of(log_line(machine, 'mux at the end')[0])
    assert int(found['malformed']) + int(found['too_long']) == 200
    assert found['too_short'] == '100'
    assert len(log_line(machine, 'dropped what is no frame')) == 1


def test_a_shell_that_does_not_read_stops_nobody(boot):
    """It runs a word without end, and gets more than its queue and its type-ahead hold."""
    machine = boot(mux_machine(), '--trace', 'debug')
    flood = b'x' * 200
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.send(10, b': hang begin again ; hang\n')
        mux.expect(10, GREETING)
        for number in range(500):
            mux.send(10, flood)
            if number % 10 == 0:
                mux.send(0, b'%d ' % number)
                mux.expect(0, b'%d ' % number)
        mux.send(11, b'5 .\n')
        mux.expect(11, GREETING + b'5 ok.\r\n')
    machine.halt()
    found = [fields_of(line) for line in log_line(machine, 'mux port at the end')]
    ports = {int(one['port']): one for one in found}
    sent = len(flood) * 500 + len(b': hang begin again ; hang\n')
    assert int(ports[10]['in_bytes']) + int(ports[10]['dropped_bytes']) == sent
    assert int(ports[10]['dropped_bytes']) > sent // 2
    assert ports[0]['dropped_bytes'] == '0' and ports[11]['dropped_bytes'] == '0'
    assert len(log_line(machine, "a port's client does not read")) == 1


def test_hosts_come_and_go_in_the_middle_of_frames(boot):
    machine = boot(mux_machine(hello='1ms'), '--trace', 'debug')
    for number in range(50):
        with machine.connect('mux') as peer:
            mux = Mux(peer)
            mux.send(0, b'%d' % number)
            mux.expect(0, b'%d' % number)
            peer.send(frame_of(0, b'half a frame')[:1 + number % 12])
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.send(0, b'whole')
        mux.expect(0, b'whole')
    machine.halt()
    found = fields_of(log_line(machine, 'mux at the end')[0])
    assert found['malformed'] == '0' and found['cut_off'] == '50'


def test_bytes_for_a_port_nobody_has_open_are_counted(boot):
    machine = boot(mux_machine(), '--trace', 'debug')
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.send(999, b'anybody?')
        mux.send(0, b'!')
        mux.expect(0, b'!')
    machine.halt()
    assert fields_of(log_line(machine, 'mux at the end')[0])['nobody_bytes'] == '8'
    assert len(log_line(machine, 'nobody has open')) == 1


def test_a_program_opens_a_port_of_its_own(boot):
    machine = boot(mux_machine())
    with machine.connect('mux') as peer:
        mux = Mux(peer)
        mux.send(10, b'77 64 sermux::open_port constant p\n')
        mux.until(10, b'ok.\r\n')
        mux.send(10, b'.( from Forth) p sermux::write_outbuf\n')
        mux.expect(77, b'from Forth')


@pytest.mark.parametrize('name, uart_name', [('default.json', 'mux'), ('melpomene.json', 'mux')])
def test_the_shipped_machines_serve_the_mux(boot, name, uart_name):
    machine = boot(at_free_ports(name))
    with machine.connect(uart_name) as peer:
        mux = Mux(peer)
        mux.send(0, b'!')
        mux.expect(0, b'!')
        mux.expect(1, b'hello\r\n')
        for port in range(10, 14):
            mux.send(port, b'1 2 + .\n')
            mux.expect(port, GREETING + b'3 ok.\r\n')


@pytest.mark.parametrize('name, address', [('default.json', '127.0.0.1:9998'),
                                           ('melpomene.json', '127.0.0.1:9999')])
def test_the_mux_is_where_it_is_expected(name, address):
    config = json.loads((ROOT / 'configs' / name).read_text(encoding='utf-8'))
    found = [one['address'] for one in config['platform']['uarts']
             if one['attach'] == 'serial_mux']
    assert found == [address]
