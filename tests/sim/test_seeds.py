# SPDX-License-Identifier: MIT OR Apache-2.0
"""`melpo test` under seeds: what differs, what goes wrong on purpose, what is left of a failure."""
import re
import subprocess

import pytest

from machine import LIMIT_S
from scenario import FOLDER, failing_under_loss, melpo_test, write


def repeat_of(said):
    return re.findall(r'repeat +(.*)', said)[-1].split()


def again(command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)


def test_a_seed_gives_the_same_run_again_and_another_one_another(tmp_path):
    path = write(tmp_path, 'ends', 'connect console', 'type "1 2 + ."', 'send console "1 2 + ."',
                 'wait 1s', 'check ticks = 0')

    first, second, other, plain = [
        re.search(r'it is \d+', melpo_test(*words, path).stdout).group()
        for words in (('--seed', 1), ('--seed', 1), ('--seed', 2), ())]

    assert first == second
    assert first != other
    assert plain not in (first, other)


def test_a_seed_may_stand_in_the_scenario(tmp_path):
    lines = ['connect console', 'wait 1s', 'check ticks = 0']
    plain = write(tmp_path, 'plain', *lines)
    seeded = write(tmp_path, 'seeded', 'seed 9', *lines)

    ticks = [re.search(r'it is \d+', melpo_test(*words).stdout).group()
             for words in ((seeded,), ('--seed', 9, plain))]

    assert ticks[0] == ticks[1]


def test_what_went_wrong_is_listed(tmp_path):
    done = melpo_test('--disturb', 'lose:3,flip:5', failing_under_loss(tmp_path))

    assert done.returncode == 3
    assert re.search(r'# +disturbed +1 0\.0\d+s tick \d+ lose:3 console: lost byte 108\n'
                     r'# +2 0\.0\d+s tick \d+ flip:5 console: flipped a bit of byte \d+\n',
                     done.stdout)
    assert again(repeat_of(done.stdout)).stdout == done.stdout


def test_steps_that_fail_after_a_fault_are_passed_over_unless_they_must_hold(tmp_path):
    path = failing_under_loss(tmp_path)
    text = path.read_text('utf-8')
    path.write_text(text.replace('must ', ''), 'utf-8')

    assert melpo_test('--disturb', 'lose:3', path).returncode == 0

    path.write_text(text.replace('send', 'calm\nsend'), 'utf-8')
    assert melpo_test('--disturb', 'lose:3', path).returncode == 0


def test_a_killed_task_excuses_everything_but_disorder(tmp_path):
    path = failing_under_loss(tmp_path)

    assert melpo_test('--disturb', 'kill:1,kill:2,kill:3', path).returncode == 0


@pytest.mark.parametrize('words, why', [
    (('--disturb', 'lose:3'), 'virtual time stands still'),
    (('--seed', 1, '--disturb', 'timing,lose:3'), 'it is busy still'),
])
def test_a_run_that_need_not_hold_any_more_does_not_go_on_for_ever(tmp_path, words, why):
    path = write(tmp_path, 'endless', 'connect console', 'expect console "for all\\r\\n"',
                 'send console "one two\\n"', 'send console ": on begin 1 . again ; on\\n"',
                 'wait 1d')

    done = melpo_test(*words, path)

    assert done.returncode == 0
    assert re.search(r'^# .*endless.scenario:5: wait 1d\n# +cut short something went wrong on '
                     rf'purpose, and {why}: tick \d+$', done.stdout, re.M)
    assert melpo_test(*words, path).stdout == done.stdout


def test_exploring_stops_at_a_failure_and_reduces_it(tmp_path):
    done = melpo_test('--seeds', 200, '--disturb', 'faults', failing_under_loss(tmp_path))

    assert done.returncode == 3
    assert re.search(r'^not ok 1 - .*lossy.scenario: seed \d+$', done.stdout, re.M)
    reduced = re.search(r'^# reduced from (\d+) disturbances to (\d+), in \d+ runs:$', done.stdout,
                        re.M)
    assert int(reduced.group(2)) == 1
    repeated = again(repeat_of(done.stdout))
    assert repeated.returncode == 3
    assert 'but       it did not come' in repeated.stdout


def test_exploring_says_how_much_holds():
    files = [FOLDER / 'hello.scenario', FOLDER / 'peers.scenario']
    done = melpo_test('--seeds', 4, '--jobs', 3, *files)

    assert done.returncode == 0
    assert re.fullmatch(r'1\.\.1\nok 1 - 4 seeds of 2 scenarios\n'
                        r'# 8 runs hold, 0 of them cut short\n'
                        r'# disturbed on purpose:( \d+ [a-z]+,?){7}\n'
                        r'# slowest: .*\.scenario, \d+\.\d ms a run\n', done.stdout)
    assert sum(map(int, re.findall(r' (\d+) (?:lose|flip|double|stall|cut)', done.stdout))) > 0


def test_where_nothing_differs_nothing_is_explored(tmp_path):
    done = melpo_test('--seeds', 4, write(tmp_path, 'plain', 'disturb none', 'wait 1s'))

    assert done.returncode == 1
    assert 'nothing to explore' in done.stderr


@pytest.mark.parametrize('words, expected', [
    (('--seeds', '0'), '--seeds: expected a number from 1 to'),
    (('--seeds', 'many'), '--seeds: expected a number from 1 to'),
    (('--disturb', 'loose'), '--disturb: expected none, timing, faults'),
    (('--disturb', 'lose:0'), '--disturb: expected none, timing, faults'),
    (('--seeds', '9', '--junit', 'none.xml'), '--junit does not go with --seeds: what came of it'),
    (('--seeds', '9', '--update'), '--update does not go with --seeds: pictures'),
])
def test_a_bad_option_says_what_would_be_right(words, expected):
    done = melpo_test(*words, FOLDER / 'hello.scenario')

    assert done.returncode == 2
    assert expected in done.stderr


@pytest.mark.parametrize('line, expected', [
    ('seed many', '1:6: expected a number below 2^64'),
    ('disturb loose', '1:9: expected none, timing, faults'),
    ('must', '1:5: expected a step'),
    ('must hurry', '1:6: unknown step'),
])
def test_a_bad_line_says_what_would_be_right(tmp_path, line, expected):
    done = melpo_test(write(tmp_path, 'bad', line, 'wait 1s'))

    assert done.returncode == 2
    assert f'bad.scenario:{expected}' in done.stderr
