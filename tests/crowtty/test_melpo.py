# SPDX-License-Identifier: MIT OR Apache-2.0
"""crowtty and the real machine: default.json, with every address of the system's choice."""
import json
import pathlib
import re
import signal
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'sim'))
import machine # noqa: E402
from target import run, take # noqa: E402

PROMPT = b'ok.\r\n'


def config(address='127.0.0.1:0'):
    """default.json without a screen, its mux at `address`."""
    one = json.loads((TOP / 'configs' / 'default.json').read_text('utf-8'))
    one.pop('$schema', None)
    one['platform']['display'] = {'enabled': False}
    for uart in one['platform']['uarts']:
        uart['address'] = address if uart['name'] == 'mux' else '127.0.0.1:0'
    return one


@pytest.fixture
def boot(tmp_path):
    machines = []

    def begin(address='127.0.0.1:0'):
        folder = tmp_path / str(len(machines))
        folder.mkdir()
        machines.append(machine.Machine(folder, config(address)).wait_until_up())
        return machines[-1]
    yield begin
    for one in machines:
        one.halt()
        one.destroy()


@pytest.fixture
def melpo(boot):
    return boot()


def attach(start, melpo, *words):
    crowtty = start('tcp', melpo.port('mux'), '--tcp-port-base', 0, *words)
    crowtty.err.wait_for('connected to')
    return crowtty


def read_until(peer, text):
    data = b''
    while text not in data:
        part = peer.recv(4096)
        assert part, data
        data += part
    return data


def calculate(peer, line, answer):
    peer.sendall(line + b'\n')
    assert answer in read_until(peer, answer + b' ok.')


def test_hello_is_shown_and_loopback_echoes(start, melpo):
    crowtty = attach(start, melpo)
    crowtty.out.wait_for('port 1: hello\n')
    data = bytes(range(256)) * 20
    with crowtty.connect(0) as peer:
        for at in range(0, len(data), 100):
            peer.sendall(data[at:at + 100])
            assert take(peer, len(data[at:at + 100])) == data[at:at + 100]


def test_a_newcomer_sees_that_tracing_works(start, melpo):
    crowtty = attach(start, melpo)
    crowtty.out.wait_for(r'INFO  kernel::daemons::sermux_trace: a host listens tasks=\d+')


def test_port_10_is_a_forth_shell(start, melpo):
    crowtty = attach(start, melpo)
    with crowtty.connect(10) as peer:
        calculate(peer, b'1 2 + .', b'3')
    with crowtty.connect(11) as one, crowtty.connect(12) as other:
        calculate(one, b': x 7 ; x .', b'7')
        calculate(other, b': x 8 ; x .', b'8')


def test_killing_the_machine_needs_no_restart_of_crowtty(start, boot):
    first = boot()
    port = first.port('mux')
    crowtty = attach(start, first)
    with crowtty.connect(0) as peer:
        peer.sendall(b'one')
        assert take(peer, 3) == b'one'
        first.halt(signal.SIGTERM)
        crowtty.err.wait_for('lost ')
        boot(f'127.0.0.1:{port}')
        crowtty.err.wait_for('connected to', 2)
        peer.sendall(b'two')
        assert take(peer, 3) == b'two'


def test_killing_crowtty_needs_no_restart_of_the_machine(start, melpo):
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        crowtty = attach(start, melpo)
        with crowtty.connect(0) as peer:
            peer.sendall(b'here')
            assert take(peer, 4) == b'here'
            crowtty.process.send_signal(number)
            crowtty.process.wait()


def test_traces_come_at_the_level_asked_for(start, melpo):
    crowtty = attach(start, melpo, '--trace', 'warn,kernel::task=debug')
    with crowtty.connect(13) as peer:
        calculate(peer, b": t 5 . ; ' t spawn 6 .", b'6')
        crowtty.out.wait_for(r'DEBUG kernel::task: spawn task=\d+ name=')
        crowtty.out.wait_for(r'DEBUG kernel::task: end task=\d+ name=\S+ err=MN_OK')


def test_a_forth_session_is_a_perfetto_file_with_arrows(start, melpo, tmp_path):
    path = tmp_path / 'forth.json'
    crowtty = attach(start, melpo, '--perfetto', path, '--trace', 'off,kernel::message=trace')
    with crowtty.connect(10) as peer:
        calculate(peer, b": t 5 . ; ' t spawn 6 .", b'6') # a request: to the spawnulator
        crowtty.out.wait_for('kernel::message: reply')
    crowtty.end(signal.SIGINT)

    events = json.loads(path.read_text('utf-8'))
    slices = [one for one in events if one['ph'] == 'X']
    points = {}
    for one in events:
        if one['ph'] in 'stf':
            points.setdefault(one['id'], {})[one['ph']] = one
    assert points, 'no request has its reply'
    for flow in points.values():
        assert {'s', 'f'} <= set(flow), 'half an arrow'
        for point in flow.values():
            assert any(one['tid'] == point['tid'] and
                       one['ts'] < point['ts'] < one['ts'] + one['dur'] for one in slices), point


def test_top_names_the_task_that_takes_all_the_time(melpo):
    with melpo.connect() as console:
        console.send(b': hog begin again ; hog\n')
        for _ in range(20): # the shares are those of a second: one that began busy
            done = run('top', '--once', 'tcp', melpo.port('mux'))
            assert done.returncode == 0, done.stderr
            first = re.search(r'^ +\d+ (\S+) +(\d+)\.\d ', done.stdout, re.M)
            if first[1] == 'shell' and int(first[2]) > 50:
                break
        else:
            pytest.fail(done.stdout)


def test_top_has_the_queues_of_ports_by_name(melpo):
    done = run('top', '--once', 'tcp', melpo.port('mux'))

    for name in ('console in', 'console out', 'mux port 0 in', 'mux port 10 out', 'trace'):
        assert re.search(rf'^{name} +\d+ B +\d+ B +\d+% +0$', done.stdout, re.M), done.stdout


def test_top_shows_what_the_machine_is_busy_with(melpo):
    done = run('top', '--once', 'tcp', melpo.port('mux'))

    assert done.returncode == 0, done.stderr
    assert re.search(r' tasks   \d+\.\d % busy', done.stdout)
    assert re.search(r'^heap \d+ \S+ of \d+ MiB live', done.stdout, re.M)
    assert re.search(r'^ +\d+ mux_hello ', done.stdout, re.M), done.stdout
