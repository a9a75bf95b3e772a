# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs of scenarios as recordings: a failure of `melpo test` that is one file."""
import os
import re
import signal
import subprocess

import pytest

from machine import LIMIT_S, MELPO, children_of, environment, run
from recording import HALT, PUSH, STRIKE, Recording, replay
from scenario import FOLDER, failing_under_loss, melpo_test, write

TIMES = 10
FAILING = FOLDER / 'failing' / 'nearly.scenario'


def again(said):
    """What the last command that is named to replay it says."""
    command = re.findall(r'replay +(.*)', said)[-1].split()
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)


# ---- one run ----

@pytest.mark.parametrize('name', ['screen', 'forth_children', 'mux', 'two_uarts', 'keyboard'])
@pytest.mark.parametrize('seed', [1, 2, 8, 14])
def test_a_scenario_under_a_seed_replays_to_the_byte_and_the_pixel(tmp_path, name, seed):
    tape = tmp_path / 'run.melpo'
    plan = ('--disturb', 'faults') if seed % 2 == 0 else ()
    path = FOLDER / f'{name}.scenario'
    plain = melpo_test('--seed', seed, *plan, path)
    recorded = melpo_test('--seed', seed, *plan, '--record', tape, path)
    assert recorded.stdout == plain.stdout

    done = replay(tape, '--uart-output', tmp_path / 'sent')

    assert 'run.melpo: the same to the end' in done.stdout
    recording = Recording(tape)
    sent = sorted((tmp_path / 'sent').iterdir())
    assert sorted(part.read_bytes() for part in sent) == \
        sorted(recording.sent(number) for number in range(len(sent)))


def test_the_picture_of_a_replay_is_the_one_that_came(tmp_path):
    """Each frame is held against the recording; the last one is also looked at, ten times."""
    path = write(tmp_path, 'title', 'type "1 2 + .\\r"', 'wait 1s',
                 'screen matches other.png region 0 1 400 239 within 1s')
    melpo_test('--update', path)
    path.write_text(path.read_text('utf-8').replace('1 2', '2 2'), 'utf-8')

    tape = tmp_path / 'title.melpo'
    assert melpo_test('--record', tape, '--pictures', tmp_path, path).returncode == 3

    assert Recording(tape).of(PUSH)
    pictures = set()
    for number in range(TIMES):
        shot = tmp_path / f'shot{number}.png'
        assert replay(tape, '--screenshot', shot).returncode == 0
        pictures.add(shot.read_bytes())
    assert len(pictures) == 1


def test_the_log_of_a_replay_has_the_steps_and_where_it_failed(tmp_path):
    done = melpo_test('--disturb', 'lose:3', '--record', tmp_path / 'bug.melpo',
                      failing_under_loss(tmp_path))
    assert done.returncode == 3

    shown = again(done.stdout)

    assert shown.returncode == 0
    assert re.search(r'INFO  sim::scenario: step line=4 step="send console', shown.stderr)
    assert 'disturbed on purpose what=lose:3 ' in shown.stderr
    assert re.search(r'ERROR sim::scenario: here it fails line=5 step="must expect', shown.stderr)


def test_a_machine_that_does_not_halt_is_stopped_in_the_replay_as_well(tmp_path):
    path = write(tmp_path, 'busy', 'connect console', 'send console ": x begin again ; x\\n"',
                 'wait 1s')
    tape = tmp_path / 'busy.melpo'

    melpo_test('--disturb', 'kill:1,kill:2,kill:3', '--record', tape, path)
    assert 'the same to the end' in replay(tape).stdout

    tasks = [one.numbers[0] for one in Recording(tape).of(STRIKE)]
    assert HALT not in tasks[:-1]


def test_real_time_is_recorded_too(tmp_path):
    path = write(tmp_path, 'real', 'time real', 'connect console', 'expect console "Forth"',
                 'wait 20ms', 'exit 3 within 1ms')

    done = melpo_test('--record', tmp_path / 'real.melpo', path)

    assert done.returncode == 3
    assert 'the same to the end' in again(done.stdout).stdout


# ---- what fails leaves a recording ----

def test_each_scenario_that_fails_leaves_a_recording(tmp_path):
    (tmp_path / 'other').mkdir()
    paths = [failing_under_loss(tmp_path), FAILING, write(tmp_path, 'good', 'wait 1s'),
             write(tmp_path / 'other', 'nearly', 'exit 3')]

    done = melpo_test('--recordings', tmp_path / 'kept', *paths)

    assert done.returncode == 3
    kept = sorted(path.name for path in (tmp_path / 'kept').iterdir())
    assert kept == ['nearly-2.melpo', 'nearly.melpo']
    assert 'the same to the end' in again(done.stdout).stdout


def test_exploring_leaves_a_recording_of_the_reduced_run(tmp_path):
    done = melpo_test('--seeds', 200, '--disturb', 'faults', '--recordings', tmp_path / 'kept',
                      failing_under_loss(tmp_path))

    assert done.returncode == 3
    assert len(re.findall('(?m)^# +replay ', done.stdout)) == 1
    shown = again(done.stdout)
    assert re.search(r'lossy.seed-\d+.melpo: the same to the end', shown.stdout)
    assert shown.stderr.count('disturbed on purpose') == 1


def test_a_machine_that_dies_leaves_a_recording_up_to_there(tmp_path):
    dies = write(tmp_path, 'dies', 'time real', 'connect console', 'expect console "Forth"',
                 'wait 1h')
    words = [os.path.abspath(MELPO), 'test', '--recordings', tmp_path, dies]

    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        tape = tmp_path / 'dies.melpo'
        while not tape.exists() or b'mnemOS Forth' not in tape.read_bytes():
            pass
        [child] = children_of(process)
        os.kill(child, signal.SIGKILL)
        said = process.communicate(timeout=LIMIT_S)[0]

    assert process.returncode == 3
    shown = again(said)
    assert 'the same as far as it goes; it was cut off' in shown.stdout
    assert 'step line=3' in shown.stderr


# ---- what cannot be done ----

def test_one_file_is_for_one_scenario(tmp_path):
    done = melpo_test('--record', tmp_path / 'x', FAILING, FAILING)

    assert done.returncode == 2
    assert 'these are 2 scenarios; --recordings FOLDER keeps those that fail' in done.stderr


@pytest.mark.parametrize('words', [('test',), ('--config',)])
def test_a_recording_that_is_taken_for_something_else_says_what_it_is(tmp_path, words):
    tape = tmp_path / 'bug.melpo'
    melpo_test('--record', tape, FAILING)

    done = run(*words, tape)

    assert done.returncode == 2
    assert f'melpo: {tape}: this is a recording; melpo --replay {tape} runs it' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_for_recordings_is_a_folder():
    done = melpo_test('--recordings', '/dev/null', FAILING)

    assert done.returncode == 1
    assert 'melpo: --recordings: /dev/null: Not a directory' in done.stderr


@pytest.mark.parametrize('option', ['--record', '--recordings'])
def test_a_place_that_is_none_is_told_before_anything_runs(tmp_path, option):
    done = melpo_test(option, tmp_path / 'none' / 'x', FAILING)

    assert done.returncode == 1
    assert done.stdout == ''
    assert f'melpo: {option}: {tmp_path}/none/x: No such file or directory' in done.stderr


def test_a_recording_needs_a_file_of_its_own():
    done = melpo_test('--record', '/dev/null', FAILING)

    assert done.returncode == 3
    assert '/dev/null: a recording needs a file of its own, not a pipe or a device' in done.stdout
