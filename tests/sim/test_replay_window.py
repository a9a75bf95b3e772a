# SPDX-License-Identifier: MIT OR Apache-2.0
"""A session with a window, recorded, and replayed without one; and replays that are looked at."""
import time

import pytest
from PIL import Image

import machine
from machine import environment, uart
from recording import KEY, PUSH, Recording, replay
from screen import REPLAY_TITLE, Screen, is_same, scaled

TIMES = 10
CONFIG = {'platform': {'display': {'enabled': True}, 'forth_shell': {'enabled': True},
                       'uarts': [uart(attach='console_shell')]},
          'services': {'keyboard_mux': {'enabled': True}, 'spawnulator': {'enabled': True}}}


@pytest.fixture(name='screen')
def screen_of_one_test(tmp_path):
    screen = Screen(tmp_path)
    yield screen
    screen.stop()


def answer(peer, line):
    """Everything up to the answer's end."""
    peer.send(line)
    said = b''
    while not said.endswith(b'ok.\r\n'):
        said += peer.take(1)
    return said


def test_a_session_with_window_and_peer_replays_headless_ten_times_out_of_ten(boot, screen,
                                                                             tmp_path):
    tape = tmp_path / 'run.melpo'
    one = boot(CONFIG, '--record', tape, '--trace', 'trace', '--screenshot', 'run.png',
               cwd=tmp_path, env=environment(**screen.variables()))
    window = screen.window()
    before = window.picture()
    with one.connect() as peer:
        said = answer(peer, b': sq dup * ; 12 sq .\r')
        window.type('1 2 + . 7')
        said += answer(peer, b'5 sq .\r')
        window.key('BackSpace', 'Return')
        window.type('words')
        window.key('Return')
        said += answer(peer, b'6 sq .\r')
        one.wait_for('sim::window: key code=', 2 * len('1 2 + . 7words'))
    window.wait_until(lambda seen: not is_same(seen, before), 'what was typed')
    one.halt()
    with Image.open(tmp_path / 'run.png') as picture:
        pixels = picture.convert('RGB')
    recording = Recording(tape)
    assert len(recording.of(KEY)) >= 2 * len('1 2 + . 7words')
    assert recording.of(PUSH)
    assert said in recording.sent()

    for number in range(TIMES):
        outputs = tmp_path / f'outputs{number}'
        done = replay(tape, '--screenshot', 'replay.png', '--uart-output', outputs, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert 'the same to the end' in done.stdout
        assert (outputs / 'console.out').read_bytes() == recording.sent()
        with Image.open(tmp_path / 'replay.png') as picture:
            assert is_same(picture.convert('RGB'), pixels)
    assert scaled(pixels, 2).size == (800, 480)


# ---- in a window ----

@pytest.fixture(name='tape', scope='module')
def recording_of_a_scenario(tmp_path_factory):
    """Somebody types, goes away for three hours, types again."""
    folder = tmp_path_factory.mktemp('tape')
    path = folder / 'talk.scenario'
    path.write_text('machine default.json\nset platform.display.scaling 1\ntype "1 2 + .\\r"\n'
                    'wait 3h\ntype "words\\r"\nwait 100ms\n', encoding='utf-8')
    done = machine.run('test', '--record', folder / 'talk.melpo', path)
    assert done.returncode == 0, done.stdout
    return folder / 'talk.melpo'


def look(boot, screen, tape, *options, **kwargs):
    """The replay and its window, once the last picture stands."""
    one = boot(None, '--replay', tape, *options, env=environment(**screen.variables()), **kwargs)
    window = screen.window(REPLAY_TITLE)
    one.wait_for('sim::replay: this is the end; close the window')
    return one, window


def picture_of(tape, folder, *options):
    """What the screen showed, by a replay that nobody sees."""
    done = replay(tape, '--screenshot', folder / 'shot.png', *options)
    assert done.returncode == 0, done.stderr
    with Image.open(folder / 'shot.png') as picture:
        return picture.convert('RGB')


def test_a_replay_in_a_window_shows_the_last_picture_until_it_is_closed(boot, screen, tape,
                                                                       tmp_path):
    with open(tmp_path / 'said', 'w+', encoding='utf-8') as said:
        one, window = look(boot, screen, tape, stdout=said)
        last = picture_of(tape, tmp_path)
        window.wait_until(lambda seen: is_same(seen, last), 'the last picture')
        window.type('nobody hears this')
        window.press_close()

        assert one.wait() == 0
        said.seek(0)
        assert 'talk.melpo: the same to the end' in said.read()
    assert not one.find('sim::window')


def test_a_replay_in_a_window_can_be_stopped_at_a_moment(boot, screen, tape, tmp_path):
    one, window = look(boot, screen, tape, '--from', '2h', '--until', '150m')
    then = picture_of(tape, tmp_path, '--until', '150m')
    assert not is_same(then, picture_of(tape, tmp_path))

    window.wait_until(lambda seen: is_same(seen, then), 'the picture of that moment')
    one.halt()


def test_a_replay_that_is_closed_early_ends_there(boot, screen, tape):
    one = boot(None, '--replay', tape, '--time', 'real', env=environment(**screen.variables()))
    screen.window(REPLAY_TITLE).press_close()

    assert one.wait() == 0
    assert one.find('sim::window: halting because="the window was closed"')
    assert not one.find('this is the end')


@pytest.mark.parametrize('options', [('--time', 'virtual'), ('--headless',)])
def test_a_replay_needs_no_window_where_there_is_a_screen(screen, tape, options):
    done = replay(tape, *options, env=environment(**screen.variables()))

    assert 'the same to the end' in done.stdout
    assert 'this is the end' not in done.stderr


def test_a_replay_in_real_time_takes_as_long_as_it_took(tape):
    begin = time.monotonic()
    done = replay(tape, '--time', 'real', '--until', '300ms')

    assert 'the same so far, and stopped' in done.stdout
    assert time.monotonic() - begin >= 0.25


def test_a_replay_in_real_time_can_begin_at_a_moment(tape):
    begin = time.monotonic()
    done = replay(tape, '--time', 'real', '--from', '3h')

    assert 'the same to the end' in done.stdout
    assert time.monotonic() - begin >= 0.1
