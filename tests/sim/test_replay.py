# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs that are recorded and replayed: the same log, the same bytes, the same pictures."""
import contextlib
import random
import resource
import signal

import pytest

import machine
from machine import CONSOLE, config_of, uart
from recording import (ANSWER, AT_VERSION, CHOICE, KEY, KILL, PUSH, RECEIVED, REFUSE, SENT, STRIKE,
                       Recording, replay)

TIMES = 10
SHELL = {'platform': {'display': {'enabled': True, 'width': 96, 'height': 48},
                      'forth_shell': {'enabled': True},
                      'uarts': [uart(attach='console_shell'), uart('echo', greeting='')]},
         'services': {'keyboard_mux': {'enabled': True}, 'spawnulator': {'enabled': True}}}


@pytest.fixture(name='tape')
def file_of_the_recording(tmp_path):
    return tmp_path / 'run.melpo'


def is_the_same(one, tape, *options, **kwargs):
    """Replays it; returns what the program said on its standard output."""
    done = replay(tape, *options, **kwargs)
    assert done.stderr.splitlines() == one.lines
    assert done.returncode == 0
    return done.stdout


def short_session(boot, tape, *options):
    one = boot(CONSOLE, '--record', tape, '--trace', 'trace', *options)
    with one.greeted() as peer:
        peer.send(b'hello')
        peer.expect(b'hello')
    one.wait_for('peer gone')
    return one.halt()


# ---- the same again ----

def test_a_run_that_was_disturbed_replays_with_all_that_went_wrong(boot, tape):
    one = boot(CONSOLE, '--record', tape, '--seed', '3', '--disturb', 'timing,lose:2,flip:9')
    with one.connect() as peer:
        peer.send(b'0123456789' * 20)
        peer.take(199)
    one.wait_for('peer gone')
    one.halt()

    assert one.find('disturbed on purpose what=lose:2')
    assert Recording(tape).of(CHOICE)
    assert replay(tape).returncode == 0


def test_refused_memory_and_killed_tasks_strike_again_where_they_did(tape, tmp_path):
    """The first eight chances to do either are all taken."""
    config = tmp_path / 'machine.json'
    config.write_text(machine.json.dumps({**SHELL, 'platform': {**SHELL['platform'], 'uarts': []}}),
                      encoding='utf-8')
    plan = ','.join(f'{kind}:{number}' for kind in ('kill', 'refuse') for number in range(1, 9))
    live = machine.run('-c', config, '--time', 'virtual', '--until', '5s', '--seed', 3,
                       '--disturb', plan, '--record', tape, '--trace', 'trace')

    strikes = Recording(tape).of(STRIKE)
    assert {one.numbers[0] for one in strikes} == {REFUSE, KILL}
    assert 'disturbed on purpose what=kill:1 ' in live.stderr
    for _ in range(TIMES):
        done = replay(tape)
        assert done.stderr == live.stderr
        assert 'the same to the end' in done.stdout
        assert done.returncode == live.returncode


@pytest.mark.parametrize('seed', range(2, 22, 2))
def test_a_run_with_all_faults_replays_to_the_byte(tape, seed):
    sets = [f'--set=platform.uarts.{number}.address=127.0.0.1:0' for number in (0, 1)]
    live = machine.run('--time', 'virtual', '--until', '10s', '--seed', seed, '--disturb',
                       'faults', '--record', tape, '--trace', 'trace', *sets)

    done = replay(tape)

    assert done.stderr == live.stderr
    assert done.returncode == live.returncode
    assert 'the same to the end' in done.stdout


def test_a_recording_of_the_format_before_is_read(boot, tape):
    one = short_session(boot, tape)
    raw = bytearray(tape.read_bytes())
    assert raw[AT_VERSION] == 2
    raw[AT_VERSION] = 1
    tape.write_bytes(raw)

    assert 'the same to the end' in is_the_same(one, tape)


def talk_at_random(peer, chance, heard):
    """Pieces of any size to the loopback, each heard to its end, or nearly so."""
    missing = 0
    for _ in range(chance.randrange(1, 40)):
        data = chance.randbytes(chance.choice([1, 3, 100, 5000]))
        peer.send(data)
        missing += len(data)
        if chance.random() < 0.5:
            heard.append(peer.take(missing))
            missing = 0
    heard.append(peer.take(missing))


def test_a_session_with_random_peers_replays_ten_times_out_of_ten(boot, tape, tmp_path):
    chance = random.Random(6)
    one = boot(SHELL, '--record', tape, '--trace', 'trace', cwd=tmp_path)
    console, heard = one.connect(), []
    for _ in range(8):
        with one.connect('echo') as echo:
            talk_at_random(echo, chance, heard)
        one.wait_for('peer gone.*uart=echo', len(heard) and _ + 1)
        console.send(b': sq dup * ;\r')
        console.send(b'%d sq . random .\r' % chance.randrange(1000))
    console.send(b'bye-bye\r')
    said = b''
    while b'bye-bye ?' not in said and b'undefined' not in said:
        said += console.take(1)
    one.halt()

    for number in range(TIMES):
        outputs = tmp_path / f'outputs{number}'
        told = is_the_same(one, tape, '--uart-output', outputs)
        assert 'run.melpo: the same to the end' in told
        assert (outputs / 'echo.out').read_bytes() == b''.join(heard)
        assert (outputs / 'console.out').read_bytes().startswith(said)
    assert Recording(tape).of(PUSH)


def test_a_picture_of_the_replay_is_that_of_the_run(boot, tape, tmp_path):
    one = boot(SHELL, '--record', tape, '--screenshot', 'run.png', cwd=tmp_path)
    with one.connect() as peer:
        peer.send(b'1 2 + .\r')
        while b'3' not in peer.take(1):
            pass
    one.halt()

    replay(tape, '--screenshot', 'replay.png', cwd=tmp_path)

    assert (tmp_path / 'run.png').read_bytes() == (tmp_path / 'replay.png').read_bytes()


def test_a_replay_takes_the_picture_of_an_earlier_moment_and_stops_where_told(tape, tmp_path):
    config = tmp_path / 'machine.json'
    config.write_text(machine.json.dumps(
        {**SHELL, 'platform': {**SHELL['platform'], 'uarts': []}}), encoding='utf-8')
    live = machine.run('-c', config, '--time', 'virtual', '--until', '3h', '--record', tape,
                       '--screenshot', 'live.png', '--screenshot-at', '0s', cwd=tmp_path)
    assert live.returncode == 0, live.stderr

    done = replay(tape, '--screenshot', 'then.png', '--screenshot-at', '0s', '--until', '1h',
                  cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert 'the same so far, and stopped' in done.stdout
    assert (tmp_path / 'live.png').read_bytes() == (tmp_path / 'then.png').read_bytes()


def test_a_run_in_virtual_time_leaves_hardly_a_trace(tape, tmp_path):
    """All of it is to be expected, but what goes out."""
    config = tmp_path / 'machine.json'
    config.write_text(machine.json.dumps(config_of(uart(attach='hello', backend='null'))),
                      encoding='utf-8')
    machine.run('-c', config, '--time', 'virtual', '--until', '1h', '--record', tape)

    assert tape.stat().st_size < 4000 + 3600 * 16
    assert 'the same to the end' in replay(tape).stdout


def test_what_a_program_asks_of_the_world_is_answered_again(boot, tape, tmp_path):
    """Its picture has a name of its own, and is not taken again."""
    (tmp_path / 'mnemos-0001.png').write_bytes(b'')
    (tmp_path / 'elsewhere').mkdir()
    one = boot(SHELL, '--record', tape, cwd=tmp_path)
    with one.connect() as peer:
        peer.send(b'screenshot\r')
        one.wait_for('picture taken file=mnemos-0002.png')
        said = b''
        while b'ok.' not in said:
            said += peer.take(1)
    one.halt()

    is_the_same(one, tape, cwd=tmp_path / 'elsewhere')

    assert len(Recording(tape).of(ANSWER)) == 1
    assert not list((tmp_path / 'elsewhere').iterdir())


def test_a_recording_brings_its_configuration_seed_and_filter(boot, tape, tmp_path):
    one = short_session(boot, tape, '--seed', '77', '--set', 'kernel.max_drivers=7')

    printed = replay(tape, '--print-config')

    assert '"max_drivers": 7' in printed.stdout
    assert 'seed=0x4d' in is_the_same(one, tape, cwd=tmp_path) + one.log


def test_the_log_of_a_replay_can_have_what_was_said(boot, tape):
    one = boot(CONSOLE, '--record', tape)
    said = b'\0\x1b"' + b'all of it ' * 20
    with one.greeted() as peer:
        peer.send(said)
        peer.expect(said)
    one.halt()

    lines = replay(tape, '--uart-log').stderr.splitlines()

    heard = [line for line in lines if 'INFO  sim::replay: received uart=console text="' in line]
    assert heard[0].endswith(r'text="\x00\e\"' + ('all of it ' * 20)[:77] + '"')
    assert any(r'sent uart=console text="mnemOS: this port echoes what you type\r\n"' in line
               for line in lines)


def test_another_filter_shows_other_lines_of_the_same_run(boot, tape):
    short_session(boot, tape)

    done = replay(tape, '--trace', 'warn')

    assert done.stderr == ''
    assert 'the same to the end' in done.stdout


@pytest.mark.parametrize('plan', ['timing', 'lose,flip,double,stall,cut'])
def test_a_run_that_was_disturbed_replays_without_its_disturber(boot, tape, plan):
    one = boot(CONSOLE, '--record', tape, '--trace', 'trace', '--seed', '5', '--disturb', plan)
    with one.connect() as peer, contextlib.suppress(ConnectionError): # it may be cut off
        peer.send(bytes(range(256)) * 40)
        peer.take(2000)
        peer.reset()
    one.halt()

    is_the_same(one, tape)


# ---- recordings that end early ----

def test_a_machine_that_is_killed_leaves_a_recording_up_to_there(boot, tape):
    one = boot(CONSOLE, '--record', tape, '--trace', 'trace')
    with one.greeted() as peer:
        peer.send(b'hello')
        peer.expect(b'hello')
    one.wait_for('peer gone')
    one.kill(signal.SIGKILL)
    assert one.wait() == -signal.SIGKILL

    done = replay(tape)

    assert done.returncode == 0, done.stderr
    assert 'the same as far as it goes; it was cut off' in done.stdout
    lines = done.stderr.splitlines()
    assert lines[:len(one.lines)] == one.lines


@pytest.mark.parametrize('part', [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_short_is_replayed_to_where_it_ends(boot, tape, part):
    one = short_session(boot, tape)
    raw = tape.read_bytes()
    begin = len(Recording(tape).begin)
    tape.write_bytes(raw[:begin + int(part * (len(raw) - begin))])

    done = replay(tape)

    assert done.returncode == 0, done.stderr
    assert 'it was cut off' in done.stdout
    assert len(done.stderr.splitlines()) < len(one.lines)


def test_a_full_disk_ends_the_recording_and_not_the_machine(boot, tape):
    limit = 512 << 10

    def no_more():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    one = boot(CONSOLE, '--record', tape, preexec_fn=no_more)
    with one.greeted() as peer:
        for _ in range(40):
            peer.send(bytes(16384))
            peer.expect(bytes(16384))
    one.halt()

    assert len(one.find('ERROR sim::board: the recording ends here, the machine goes on why=')) == 1
    done = replay(tape)
    assert done.returncode == 0, done.stderr
    assert 'its file could not be written on' in done.stdout


# ---- recordings that are wrong ----

@pytest.mark.parametrize('spoil', [
    lambda raw: raw.replace(b'hello', b'jello'),
    lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
    lambda raw: raw[:-60] + bytes([raw[-60] ^ 0x40]) + raw[-59:],
], ids=['an entry', 'the head', 'the end'])
def test_a_changed_file_is_refused_before_anything_runs(boot, tape, spoil):
    short_session(boot, tape)
    tape.write_bytes(spoil(tape.read_bytes()))

    done = replay(tape)

    assert done.returncode == 2
    assert 'run.melpo: damaged: ' in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize('content, why', [
    (b'', 'this is no recording'),
    (b'{"platform": {}}' * 10, 'this is no recording'),
    (b'melpo recording\n' + b'\x63' + bytes(100), 'a recording of format 99; this melpo reads'),
    (b'melpo recording\n' + bytes(100), 'a recording of format 0; this melpo reads'),
    (None, 'No such file'),
])
def test_what_is_no_recording_is_refused(tape, content, why):
    if content is not None:
        tape.write_bytes(content)

    done = replay(tape)

    assert done.returncode == 2
    assert done.stderr.startswith(f'melpo: --replay: {tape}: {why}')


def test_only_a_recording_is_replaced_by_another(tape, tmp_path):
    options = ('-c', 'headless.json', '--set', 'platform.uarts.0.address=127.0.0.1:0', '--time',
               'virtual', '--until', '1s', '--record')
    notes = tmp_path / 'notes.txt'
    notes.write_text('not to be lost\n' * 9, 'utf-8')

    done = machine.run(*options, notes)
    assert done.returncode == 1
    assert f'melpo: --record: {notes}: it is there, is no recording, and would be lost' \
        in done.stderr
    assert notes.read_text('utf-8') == 'not to be lost\n' * 9

    tape.touch()
    for _ in range(2):
        assert machine.run(*options, tape).returncode == 0
    assert 'the same to the end' in replay(tape).stdout


def test_a_recording_needs_a_file(tmp_path):
    for path, why in [('/dev/null', 'needs a file of its own'),
                      (tmp_path / 'none' / 'x', 'No such file or directory')]:
        done = machine.run('-c', 'headless.json', '--record', path)
        assert done.returncode == 1
        assert done.stderr.startswith(f'melpo: --record: {path}: ')
        assert why in done.stderr


# ---- replays that depart ----

def departed(tape):
    """The fields of the one line that says so."""
    done = replay(tape)
    assert done.returncode == 3, done.stderr
    lines = [line for line in done.stderr.splitlines() if 'departs from the recording' in line]
    assert len(lines) == 1
    return lines[0]


def test_other_bytes_received_show_where_they_are_sent_back(boot, tape):
    short_session(boot, tape)
    recording = Recording(tape)
    recording.of(RECEIVED)[0].data = b'jello'
    recording.write(tape)

    line = departed(tape)

    assert 'device=console recorded="console sends 5 bytes, \\"hello\\""' in line
    assert 'now="it sends 5 bytes, from byte 0 on \\"jello\\""' in line
    assert 'task=console at="serial_driver:' in line
    assert machine.re.search(r' tick=\d+ ', line)


def test_an_event_that_is_missing_shows_too(boot, tape):
    short_session(boot, tape)
    recording = Recording(tape)
    one = recording.of(SENT)[-1]
    recording.entries.remove(one)
    recording.write(tape)

    assert ' device=console ' in departed(tape)


def test_a_task_to_be_killed_that_is_not_there_shows(tape):
    machine.run('-c', 'headless.json', '--set', 'platform.uarts.0.address=127.0.0.1:0', '--time',
                'virtual', '--until', '1s', '--disturb', 'kill:2', '--seed', 4, '--record', tape)
    recording = Recording(tape)
    [strike] = recording.of(STRIKE)
    assert strike.numbers[0] == KILL
    strike.data = b'printer'
    recording.write(tape)

    line = departed(tape)

    assert f'device=machine recorded="task {strike.numbers[1]}, printer, is killed"' in line
    assert 'now="there is no such task"' in line


def test_a_run_that_goes_on_longer_or_shorter_departs(boot, tape):
    short_session(boot, tape)
    recording = Recording(tape)
    recording.entries[-2].numbers[0] += 1
    recording.write(tape)

    done = replay(tape)

    assert done.returncode == 3
    assert 'recorded: the machine halts with status 0' in done.stderr


# ---- the command line ----

@pytest.mark.parametrize('options', [
    ('--config', 'headless.json'), ('--set', 'kernel.max_drivers=3'), ('--seed', '1'),
    ('--record', 'y'), ('--check-config', 'headless.json')])
def test_a_replay_has_configuration_and_time_of_its_own(options):
    done = machine.run('--replay', 'x', *options)

    assert done.returncode == 2
    assert f'melpo: --replay and {options[0]}: ' in done.stderr


def test_outputs_are_a_replays():
    done = machine.run('--uart-output', 'x')

    assert done.returncode == 2
    assert 'melpo: --uart-output needs --replay FILE' in done.stderr


def test_keys_are_recorded_as_they_are_taken(boot, tape):
    """There is no window here: none come."""
    short_session(boot, tape)

    assert Recording(tape).of(KEY) == []


# ---- the default machine ----

def cobs(data):
    """One frame, ended by its zero."""
    return b''.join(bytes([len(part) + 1]) + part for part in data.split(b'\0')) + b'\0'


def frame(port, data):
    return cobs(port.to_bytes(2, 'little') + data)


def test_the_default_machine_traced_over_its_mux_replays(boot, tape, tmp_path):
    """Everything it does goes out as a trace at the finest level, and is the same again."""
    sets = [f'--set=platform.uarts.{number}.address=127.0.0.1:0' for number in (0, 1)]
    one = boot(None, '-c', 'default.json', *sets, '--record', tape, cwd=tmp_path)
    one.port('mux')
    chance = random.Random(9)
    with one.connect('mux') as mux, one.connect() as console:
        mux.send(frame(3, cobs(b'\0\1\0')))
        for _ in range(30):
            mux.send(frame(0, bytes([chance.randrange(1, 256)] * chance.randrange(1, 200))))
            mux.send(frame(chance.randrange(20), b'1 2 + .\r') + chance.randbytes(20) + b'\0')
            console.send(b'words\r')
            console.take(200)
            mux.take(300)
        mux.reset()
    one.halt()

    is_the_same(one, tape, cwd=tmp_path)

    assert len(Recording(tape).sent(1)) > 9000
