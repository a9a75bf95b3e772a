# SPDX-License-Identifier: MIT OR Apache-2.0
"""`melpo test`: what it says of good scenarios, of those that fail, and of those that are none."""
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree

import pytest

from machine import LIMIT_S, MELPO, children_of, environment
from scenario import FOLDER, melpo_test, write

BAD = sorted((FOLDER / 'bad').glob('*.scenario'))
FAILING = sorted((FOLDER / 'failing').glob('*.scenario'))
FAILING_SOON = [path for path in FAILING if path.stem != 'stands_still'] # that takes a while


@pytest.mark.parametrize('path', BAD, ids=[path.stem for path in BAD])
def test_a_bad_scenario_is_told_all_that_is_wrong_with_it(path):
    done = melpo_test(path.name, cwd=path.parent)

    assert done.returncode == 2
    assert done.stdout == ''
    said = re.sub(r'directory, /.*', 'directory, SOURCE and INSTALLED', done.stderr)
    assert said == path.with_suffix('.expected').read_text('utf-8')


def test_nothing_runs_when_one_of_several_is_bad():
    done = melpo_test(FOLDER / 'power.scenario', *BAD)

    assert done.returncode == 2
    assert done.stdout == ''
    assert all(f'{path}:' in done.stderr for path in BAD)


def without_places(text):
    """Without what changes with the sources and the folder: tasks, and where the program is."""
    text = re.sub(r'(?m)^# {13}[ \d]{2}\d .*\n', '', text)
    text = re.sub(r'\d+ tasks', 'N tasks', text)
    text = re.sub(r'waits_in="[^"]*"', lambda found: re.sub(r':\d+', '', found[0]), text)
    text = re.sub(r'polls=\d+', 'polls=N', text)
    return re.sub(r'(repeat|accept) +\S+ test', r'\1 melpo test', text)


@pytest.mark.parametrize('path', FAILING, ids=[path.stem for path in FAILING])
def test_a_failure_says_what_was_expected_what_came_and_who_waits(path, tmp_path):
    done = melpo_test('--pictures', tmp_path, path.name, cwd=path.parent)

    assert done.returncode == 3
    assert done.stderr == ''
    said = without_places(done.stdout).replace(str(tmp_path), 'PICTURES')
    assert said == path.with_suffix('.expected').read_text('utf-8')


def test_the_command_that_a_failure_names_repeats_it():
    path = FOLDER / 'failing' / 'nearly.scenario'
    said = melpo_test('--seed', 77, path).stdout

    assert re.search(r'# +1 power +waits 3600\.\d+s in power:\d+ > wait\n', said)
    command = re.search(r'repeat +(.*)', said).group(1).split()

    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    assert '--seed 77' in ' '.join(command)
    assert again.stdout == said


def test_the_command_can_be_pasted_into_a_shell_whatever_the_file_is_called(tmp_path):
    path = write(tmp_path, "it's a $name", 'exit 0 within 1s')
    command = re.search(r'repeat +(.*)', melpo_test(path).stdout).group(1)

    assert shlex.split(command)[2:] == [str(path)]


def without_times(path):
    return re.sub(r' time="[\d.]+"', '', path.read_text('utf-8'))


@pytest.fixture(scope='module')
def junits(tmp_path_factory):
    """Files of two runs of the scenarios there are, good and failing: one at a time, seven."""
    folder = tmp_path_factory.mktemp('junit')
    for jobs in (1, 7):
        melpo_test('--jobs', jobs, '--junit', folder / f'{jobs}.xml', '--pictures', folder, FOLDER,
                   *FAILING_SOON)
    return folder / '1.xml', folder / '7.xml'


def test_two_runs_give_the_same_junit_but_for_the_time_they_took(junits):
    first, second = map(without_times, junits)

    assert first == second


def test_junit_has_every_scenario_and_every_failure(junits):
    root = xml.etree.ElementTree.parse(junits[0]).getroot()
    cases = root.findall('./testsuite/testcase')
    assert len(cases) == len(list(FOLDER.glob('*.scenario'))) + len(FAILING_SOON)
    assert int(root.get('tests')) == len(cases)
    assert int(root.get('failures')) == len(root.findall('.//failure')) \
        == len(FAILING_SOON)
    nearly = root.find('.//testcase[@name="nearly"]/failure')
    assert nearly.get('message').endswith('expect port "good night" within 1h')
    assert 'came      "good day\\r\\n"' in nearly.text


def test_a_junit_file_that_cannot_be_written_is_said():
    done = melpo_test('--junit', '/nowhere/at/all.xml', FOLDER / 'power.scenario')

    assert done.returncode == 1
    assert '/nowhere/at/all.xml: cannot be written: No such file' in done.stderr


def test_a_scenario_that_takes_too_long_is_ended(tmp_path):
    path = write(tmp_path, 'slow', 'time real', 'wait 1h')

    done = melpo_test('--timeout', '50ms', path)

    assert done.returncode == 3
    assert f'{path}:2: wait 1h' in done.stdout
    assert 'more than 50ms of the host\'s time' in done.stdout


def test_a_machine_that_dies_is_a_failure_of_its_scenario_alone(tmp_path):
    dies = write(tmp_path, 'dies', 'time real', 'wait 1h')
    words = [os.path.abspath(MELPO), 'test', '-j', '1', dies, FOLDER / 'power.scenario']

    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        while not children_of(process):
            pass
        os.kill(children_of(process)[0], signal.SIGKILL)
        said = process.communicate(timeout=LIMIT_S)[0]

    assert process.returncode == 3
    assert 'ended by signal 9 (Killed)' in said
    assert 'ok 2 - ' in said and 'not ok 2' not in said


def is_there(pid):
    """Whether the process still runs; one that nobody has waited for yet does not."""
    try:
        return ') Z ' not in pathlib.Path(f'/proc/{pid}/stat').read_text('utf-8')
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_no_machine_goes_on_when_who_tests_it_is_ended(tmp_path):
    paths = [write(tmp_path, name, 'time real', 'wait 1h') for name in ('one', 'two')]
    words = [os.path.abspath(MELPO), 'test', '-j', '2', *paths]

    with subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment()) as process:
        while len(children_of(process)) < 2:
            pass
        children = children_of(process)
        process.terminate()

    begin = time.monotonic()
    while any(map(is_there, children)):
        assert time.monotonic() - begin < LIMIT_S


def test_a_machine_that_does_not_come_back_is_killed(tmp_path):
    stops = write(tmp_path, 'stops', 'time real', 'wait 1h')
    words = [os.path.abspath(MELPO), 'test', '--timeout', '1s', stops]

    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        while not children_of(process):
            pass
        os.kill(children_of(process)[0], signal.SIGSTOP)
        said = process.communicate(timeout=LIMIT_S)[0]

    assert process.returncode == 3
    assert 'more than 1s of the host\'s time, and one poll of a task does not end' in said


def test_a_picture_that_differs_is_shown_and_can_be_accepted(tmp_path):
    shutil.copy(FOLDER / 'screen_title.png', tmp_path / 'title.png')
    path = write(tmp_path, 'title', 'screen matches title.png region 0 1 400 12')

    said = melpo_test('--pictures', tmp_path, path).stdout
    assert 'pixels differ' in said
    for name in ('actual', 'difference'):
        assert (tmp_path / f'title.{name}.png').read_bytes().startswith(b'\x89PNG')

    command = re.search(r'accept +(.*)', said).group(1).split()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=LIMIT_S)
    assert melpo_test(path).returncode == 0
    assert (tmp_path / 'title.png').read_bytes() == (tmp_path / 'title.actual.png').read_bytes()


def test_the_folder_of_pictures_is_made_when_there_is_one_to_show(tmp_path):
    path = write(tmp_path, 'title', 'screen matches title.png region 0 1 400 12')
    shutil.copy(FOLDER / 'screen_title.png', tmp_path / 'title.png')
    folder = tmp_path / 'results' / 'pictures'
    holds = write(tmp_path, 'holds', 'wait 1s')

    assert melpo_test('--pictures', folder, holds).returncode == 0
    assert not folder.exists()
    said = melpo_test('--pictures', folder, path).stdout
    assert f'came      {folder}/title.actual.png' in said
    assert sorted(path.name for path in folder.iterdir()) == \
        ['title.actual.png', 'title.difference.png']


def test_a_folder_stands_for_its_scenarios_in_order(tmp_path):
    for name in ('b', 'a', 'c'):
        write(tmp_path, name, 'wait 1s')
    (tmp_path / 'notes.txt').write_text('no scenario')

    said = melpo_test(tmp_path).stdout

    assert re.findall(r'/(\w)\.scenario', said) == ['a', 'b', 'c']
    assert said.startswith('1..3\n') and said.endswith('# 3 of 3 scenarios hold\n')


def test_a_file_from_another_editor_is_read_all_the_same(tmp_path):
    text = 'connect console\nexpect console "Forth"'
    for name, data in (('lines', text.replace('\n', '\r\n').encode()),
                       ('mark', b'\xef\xbb\xbf' + text.encode())):
        (tmp_path / f'{name}.scenario').write_bytes(data)

    assert melpo_test(tmp_path).returncode == 0


def test_what_is_no_text_is_said_once(tmp_path):
    for name, data in (('wide', 'wait 1s\nwait 2s\n'.encode('utf-16')),
                       ('zero', b'wait 1s\nwait 2s \0\nwait 3s\nexpct\n')):
        (tmp_path / f'{name}.scenario').write_bytes(data)
    what = 'a zero byte: a scenario is plain text in UTF-8'

    done = melpo_test(tmp_path)

    assert done.returncode == 2
    assert done.stderr == (f'melpo: {tmp_path}/wide.scenario:1:4: {what}\n'
                           f'melpo: {tmp_path}/zero.scenario:2:9: {what}\n')


def test_a_name_is_no_directive_of_tap(tmp_path):
    done = melpo_test(write(tmp_path, 'x # SKIP \\', 'exit 3 within 1s'))

    assert done.returncode == 3
    assert done.stdout.splitlines()[1] == f'not ok 1 - {tmp_path}/x \\# SKIP \\\\.scenario'


def test_what_repeats_a_failure_has_its_limit(tmp_path):
    path = write(tmp_path, 'stops', 'exit 3 within 1s')

    assert ' test --timeout 3s ' in melpo_test('--timeout', '3s', path).stdout
    assert '--timeout' not in melpo_test(path).stdout


def test_check_runs_nothing(tmp_path):
    done = melpo_test('--check', write(tmp_path, 'stops', 'exit 3'))

    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')


@pytest.mark.parametrize(('words', 'reason'), [
    ((), 'expected a scenario or more'),
    (('--jbos', '2'), 'did you mean "--jobs"?'),
    (('--jobs', '0'), '--jobs: expected a number from 1 to 256, got "0"'),
    (('--jobs',), '--jobs needs a value'),
    (('--timeout', '1'), '--timeout: expected a duration'),
    (('--seed', '-1'), '--seed: expected a number'),
    (('/nowhere.scenario',), '/nowhere.scenario: cannot be read: No such file'),
])
def test_a_bad_command_line_is_refused_with_what_would_be_right(words, reason):
    done = melpo_test(*words)

    assert done.returncode == 2
    assert reason in done.stderr


def annotations(owner, said):
    """What GitHub makes of the output: patterns that match one line after the other."""
    text = (FOLDER.parents[1] / 'scripts' / 'github_matcher.json').read_text('utf-8')
    matcher, = [one for one in json.loads(text)['problemMatcher'] if one['owner'] == owner]
    lines, patterns = said.splitlines(), matcher['pattern']
    for i in range(len(lines) - len(patterns) + 1):
        matches = [re.search(pattern['regexp'], line)
                   for pattern, line in zip(patterns, lines[i:])]
        if all(matches):
            yield {name: match[group] for pattern, match in zip(patterns, matches)
                   for name, group in pattern.items() if name != 'regexp'}


@pytest.mark.parametrize('path', FAILING, ids=[path.stem for path in FAILING])
def test_github_shows_each_failure_at_its_line(path):
    found, = annotations('melpo-failures', path.with_suffix('.expected').read_text('utf-8'))
    line = path.read_text('utf-8').splitlines()[int(found['line']) - 1]

    assert found['file'] == path.name
    assert found['message']
    assert line and not line.startswith('#')


def test_github_shows_each_mistake_at_its_line():
    said = (FOLDER / 'bad' / 'unknown_step.expected').read_text('utf-8')
    found = list(annotations('melpo-mistakes', said))

    assert len(found) == len(said.splitlines())
    assert all(one['file'] == 'unknown_step.scenario' and one['message'] for one in found)


def test_help_and_the_list_of_steps_fit_a_terminal():
    for option in ('--help', '--list-steps'):
        done = melpo_test(option)
        assert done.returncode == 0
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_scenarios_of_the_page_hold(tmp_path):
    page = (FOLDER.parents[1] / 'docs' / 'testing.md').read_text('utf-8')
    found = re.findall(r'^<!-- (\w+)\.scenario -->\n\n((?:    .*\n|\n)+)', page, re.M)
    (tmp_path / 'lamp.fth').write_text('variable lamp\n: lamp-on true lamp ! ;\n'
                                       ': lamp? lamp @ . ;\n')
    for name, text in found:
        write(tmp_path, name, *(line[4:] for line in text.splitlines()))

    done = melpo_test(tmp_path)

    assert len(found) == 3
    assert done.returncode == 0, done.stdout
    assert melpo_test('--seeds', 200, tmp_path).returncode == 0


def test_no_port_is_opened(tmp_path):
    """Two at once on the same configuration, whose ports are fixed."""
    paths = [write(tmp_path, name, 'machine default.json', 'time real', 'connect console',
                   'expect console "Forth" within 1m', 'wait 50ms') for name in ('one', 'two')]

    assert melpo_test('--jobs', 2, *paths).returncode == 0
