# SPDX-License-Identifier: MIT OR Apache-2.0
"""A session with a window, recorded, and replayed without one."""
import pytest
from PIL import Image

from machine import environment, uart
from recording import KEY, PUSH, Recording, replay
from screen import Screen, is_same, scaled

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
