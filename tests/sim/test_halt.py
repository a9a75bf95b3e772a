# SPDX-License-Identifier: MIT OR Apache-2.0
"""How the machine ends: in order, and never by accident."""
import fcntl
import os
import signal
import subprocess

import pytest

from machine import CONSOLE, GREETING, LIMIT_S, MELPO, Peer, environment

F_SETPIPE_SZ = 1031
PIPE_BYTES = 4096
LISTENING = '0A'  # a state in /proc/net/tcp


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM], ids=['SIGINT', 'SIGTERM'])
def test_a_signal_halts_in_order(boot, number):
    machine = boot()

    with machine.greeted() as peer:
        machine.halt(number)
        assert peer.take_all() == b''

    assert machine.find(f'INFO  sim::main: halting signal={number.name}')
    assert machine.find('INFO  sim::main: halted code=0')


def test_a_signal_halts_a_machine_that_is_busy(boot):
    machine = boot()

    with machine.greeted() as peer:
        peer.send(b'x' * 100_000)
        machine.halt()


def first_words(machine, text):
    """Reads the log itself, to be there as soon as `text` is."""
    line = ''
    while text not in line:
        line = machine.stderr.readline()
        assert line, f'ended without {text}'


@pytest.mark.parametrize(('options', 'moment'),
                         [((), ' listening '), (('--until', '0s'), 'halted')])
def test_a_signal_is_heard_from_the_first_port_on_until_the_very_end(options, moment):
    words = [os.path.abspath(MELPO), '-c', 'two_uarts.json', *options]
    for _ in range(50):
        with subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE, text=True,
                              bufsize=1) as machine:
            first_words(machine, moment)
            machine.send_signal(signal.SIGTERM)
            machine.stderr.read()
        assert machine.returncode == 0


def hangs_in_its_log(machine):
    """Whether it stands in a system call on standard error, which can only be a write."""
    with open(f'/proc/{machine.process.pid}/syscall', encoding='ascii') as call:
        return call.read().split()[1:2] == ['0x2']


def catches(machine, number):
    return int(machine.status('SigCgt'), 16) >> (number - 1) & 1


def listening_port(machine):
    """Where it listens, as the system knows it; None if it does not yet."""
    folder = f'/proc/{machine.process.pid}'
    try:
        sockets = {os.readlink(f'{folder}/fd/{name}') for name in os.listdir(f'{folder}/fd')}
    except FileNotFoundError:
        return None # it has just closed a file that was listed
    with open(f'{folder}/net/tcp', encoding='ascii') as table:
        for line in list(table)[1:]:
            words = line.split()
            if words[3] == LISTENING and f'socket:[{words[9]}]' in sockets:
                return int(words[1].split(':')[1], 16)
    return None


def port_of_silent(machine):
    """The port of a machine whose log cannot be read."""
    machine.until(lambda: listening_port(machine), 'it listens')
    return listening_port(machine)


def say_and_hear(port):
    with Peer(port) as peer:
        peer.expect(GREETING)
        peer.send(b'hi\n')
        peer.finish()
        assert peer.take_all() == b'hi\n'


def test_a_second_signal_ends_a_machine_that_hangs(boot):
    reading, writing = os.pipe()
    fcntl.fcntl(writing, F_SETPIPE_SZ, PIPE_BYTES)
    machine = boot(CONSOLE, stderr=writing)
    os.close(writing)
    port = port_of_silent(machine)
    for _ in range(PIPE_BYTES // 50): # each makes two lines in a log that nobody reads
        Peer(port).close()
    machine.until(lambda: hangs_in_its_log(machine), 'the log is full')

    machine.kill(signal.SIGINT)
    machine.until(lambda: not catches(machine, signal.SIGINT), 'the first signal was heard')
    machine.kill(signal.SIGINT)

    assert machine.wait() == -signal.SIGINT
    os.close(reading)


def test_a_log_that_nobody_reads_any_more_does_not_end_the_machine(boot):
    reading, writing = os.pipe()
    machine = boot(CONSOLE, '--trace', 'trace', stderr=writing)
    os.close(writing)
    port = port_of_silent(machine)
    os.close(reading)

    for _ in range(3):
        say_and_hear(port)

    machine.kill(signal.SIGTERM)
    assert machine.wait() == 0


def started_with(closed, *options, **kwargs):
    """A command line of melpo with some of its standard streams closed."""
    words = ['sh', '-c', f'exec "$@" {closed}', 'sh', os.path.abspath(MELPO), *options]
    return subprocess.Popen(words, env=environment(), **kwargs)


@pytest.mark.parametrize('closed', ['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])
def test_it_runs_without_standard_streams(closed):
    process = started_with(closed, '-c', 'two_uarts.json', '--trace', 'trace', '--until', '20ms',
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process:
        out, log = process.communicate(timeout=LIMIT_S)

    assert process.returncode == 0, log
    assert out == ''
    assert ('halted code=0' in log) == ('2>' not in closed)


def test_a_log_without_a_stream_ends_up_nowhere(boot):
    """Least of all in a socket that was given the number of standard error."""
    machine = boot(CONSOLE, '--trace', 'trace', stderr=None, preexec_fn=lambda: os.closerange(0, 3))
    port = port_of_silent(machine)

    for _ in range(3):
        say_and_hear(port)

    machine.kill(signal.SIGTERM)
    assert machine.wait() == 0
