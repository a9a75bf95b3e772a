#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Proves that a run does not depend on who compiled it: replay_across.py BUILD BUILD...

Each build records a session with peers on a shell and a loopback, in real time, and every build
replays it: the log, the bytes and the picture are the same. Each also records scenarios in which
bytes are lost, memory is refused and tasks are killed, and every build replays those ten times.
"""
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import machine # noqa: E402, pylint: disable=wrong-import-position
import recording # noqa: E402, pylint: disable=wrong-import-position
from machine import uart # noqa: E402, pylint: disable=wrong-import-position

CONFIG = {'platform': {'display': {'enabled': True, 'width': 96, 'height': 48},
                       'forth_shell': {'enabled': True},
                       'uarts': [uart(attach='console_shell'), uart('echo', greeting='')]},
          'services': {'keyboard_mux': {'enabled': True}, 'spawnulator': {'enabled': True}}}


FOLDER = pathlib.Path(__file__).resolve().parents[1] / 'scenario'
SCENARIOS = ['screen', 'forth_children', 'mux', 'two_uarts']
SEEDS = [2, 8, 14]
TIMES = 10


def record(program, folder):
    """A session with random pieces; returns the machine that had it."""
    machine.MELPO = program
    chance = random.Random(7)
    one = machine.Machine(folder, CONFIG, '--record', folder / 'tape', '--trace', 'trace',
                          '--screenshot', folder / 'run.png').wait_until_up()
    with one.connect() as console, one.connect('echo') as echo:
        for number in range(20):
            data = chance.randbytes(chance.choice([1, 30, 3000]))
            echo.send(data)
            echo.expect(data)
            console.send(b': sq%d dup * ; %d sq%d . cr\r' % (number, number, number))
            said = b''
            while not said.endswith(b'ok.\r\n'):
                said += console.take(1)
    return one.halt()


def replay(program, folder, one):
    """What differs, or None."""
    machine.MELPO = program
    done = machine.run('--replay', folder / 'tape', '--screenshot', folder / 'replay.png')
    if done.returncode != 0 or 'the same to the end' not in done.stdout:
        return f'status {done.returncode}: {(done.stdout + done.stderr)[-500:]}'
    lines = [line for line in done.stderr.splitlines() if 'picture taken' not in line]
    if lines != [line for line in one.lines if 'picture taken' not in line]:
        return 'another log'
    same = (folder / 'run.png').read_bytes() == (folder / 'replay.png').read_bytes()
    return None if same else 'another picture'


def record_scenarios(program, folder):
    """One file for each scenario and seed."""
    machine.MELPO = program
    for name in SCENARIOS:
        for seed in SEEDS:
            machine.run('test', '--seed', seed, '--disturb', 'faults', '--record',
                        folder / f'{name}.{seed}.melpo', FOLDER / f'{name}.scenario')


def replay_scenarios(program, folder):
    """What differs, or None; each is replayed ten times, and its log and picture are the same."""
    machine.MELPO = program
    for tape in sorted(folder.glob('*.melpo')):
        shot = folder / 'shot.png'
        has_screen = bool(recording.Recording(tape).of(recording.PUSH))
        picture = ['--screenshot', shot] if has_screen else []
        for _ in range(TIMES):
            done = machine.run('--replay', tape, *picture)
            if 'the same to the end' not in done.stdout:
                said = (done.stdout + done.stderr)[-500:]
                return f'{tape.name}: status {done.returncode}: {said}'
            came = (done.stderr, shot.read_bytes() if has_screen else b'')
            kept = folder / f'{tape.name}.came'
            if kept.exists() and kept.read_text('utf-8') != repr(came):
                return f'{tape.name}: another log, or another picture'
            kept.write_text(repr(came), 'utf-8')
    return None


def main():
    programs = [os.path.join(build, 'sim', 'melpo') for build in sys.argv[1:]]
    failures = 0
    for recorder in programs:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            one = record(recorder, folder)
            record_scenarios(recorder, folder)
            for player in programs:
                wrong = replay(player, folder, one)
                wrong = wrong or replay_scenarios(player, folder)
                failures += wrong is not None
                print(f'{recorder} recorded, {player} replays: {wrong or "the same"}')
    return 1 if failures or not programs else 0


if __name__ == '__main__':
    sys.exit(main())
