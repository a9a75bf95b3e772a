# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pictures of what the display shows: asked for on the command line and by a signal."""
import signal

from PIL import Image

import machine
from machine import CONSOLE, fields_of, uart
from screen import is_same

CONFIG = {'platform': {'display': {'enabled': True, 'width': 96, 'height': 48},
                       'forth_shell': {'enabled': True}, 'uarts': [uart()]},
          'services': {'keyboard_mux': {'enabled': True}}}


def run(tmp_path, *options, **kwargs):
    """A machine in virtual time, from its start to its end."""
    path = tmp_path / 'machine.json'
    path.write_text(machine.json.dumps(CONFIG), encoding='utf-8')
    return machine.run('-c', path, '--time', 'virtual', *options, cwd=tmp_path, **kwargs)


def test_a_picture_at_halt_is_of_what_the_display_shows(tmp_path):
    done = run(tmp_path, '--until', '1s', '--screenshot', 'at_halt.png')

    assert done.returncode == 0, done.stderr
    assert 'INFO  sim::picture: picture taken file=at_halt.png' in done.stderr
    with Image.open(tmp_path / 'at_halt.png') as picture:
        assert picture.size == (96, 48)
        assert picture.getpixel((95, 0)) == (0x00, 0xd2, 0xff) # of the title bar
        assert picture.getpixel((95, 47)) == (0x00, 0x14, 0x28)


def test_the_same_run_gives_the_same_picture_to_the_byte(tmp_path):
    for name in ('one.png', 'other.png'):
        run(tmp_path, '--until', '1s', '--seed', '7', '--screenshot', name)

    assert (tmp_path / 'one.png').read_bytes() == (tmp_path / 'other.png').read_bytes()


def test_a_picture_is_of_the_moment_asked_for(tmp_path):
    """At 0 s nothing is drawn yet; what is drawn first is there, whether or not it is shown."""
    for moment in ('0s', '2s'):
        run(tmp_path, '--until', '3s', '--screenshot', moment, '--screenshot-at', moment)
    run(tmp_path, '--until', '3s', '--screenshot', 'halt')

    with Image.open(tmp_path / '0s') as first, Image.open(tmp_path / '2s') as second, \
            Image.open(tmp_path / 'halt') as last:
        assert first.getcolors() == [(96 * 48, (0x00, 0x14, 0x28))]
        assert is_same(second, last)
        assert not is_same(first, last)


def test_a_machine_that_halts_first_has_its_picture_taken_then(tmp_path):
    done = run(tmp_path, '--until', '1s', '--screenshot', 'a.png', '--screenshot-at', '2s')

    assert done.returncode == 0
    assert '1.000000000s WARN  sim::main: halted before --screenshot-at' in done.stderr
    assert (tmp_path / 'a.png').exists()


def test_a_picture_that_cannot_be_written_is_a_failure(tmp_path):
    done = run(tmp_path, '--until', '1s', '--screenshot', 'no/such/folder.png')

    assert done.returncode == 1
    assert 'ERROR sim::picture: no picture why="cannot write the picture' in done.stderr
    assert 'no/such/folder.png' in done.stderr
    assert 'halted code=1' in done.stderr


def test_without_a_display_a_picture_is_refused_before_anything_starts(tmp_path):
    done = run(tmp_path, '--screenshot', 'a.png', '--set', 'platform.display.enabled=false')

    assert done.returncode == 2
    assert done.stderr == (f'melpo: --screenshot: {tmp_path}/machine.json has no display: '
                           'platform.display.enabled is false\n')
    assert not (tmp_path / 'a.png').exists()


def test_a_signal_takes_a_picture_under_the_next_name_that_is_free(boot, tmp_path):
    (tmp_path / 'mnemos-0002.png').write_text('somebody else\'s', encoding='utf-8')
    one = boot(CONFIG, cwd=tmp_path)

    for count in (1, 2):
        one.kill(signal.SIGUSR1)
        one.wait_for('picture taken', count)

    names = [fields_of(line)['file'] for line in one.find('picture taken')]
    assert names == ['mnemos-0001.png', 'mnemos-0003.png']
    assert (tmp_path / names[0]).read_bytes()[:4] == (tmp_path / names[1]).read_bytes()[:4]
    assert (tmp_path / 'mnemos-0002.png').read_text(encoding='utf-8') == 'somebody else\'s'


def test_the_forth_word_says_the_name_of_its_file(boot, tmp_path):
    shell = {**CONFIG['platform'], 'uarts': [uart(attach='console_shell')]}
    one = boot({**CONFIG, 'platform': shell}, cwd=tmp_path)

    with one.connect() as peer:
        peer.send(b'screenshot screenshot\n')
        peer.finish()
        said = peer.take_all()

    assert said.endswith(b'mnemos-0001.png\r\nmnemos-0002.png\r\nok.\r\n')
    with Image.open(tmp_path / 'mnemos-0001.png') as picture:
        assert picture.size == (96, 48)


def test_the_forth_word_says_why_there_is_no_picture(boot, tmp_path):
    no_display = {'display': {'enabled': False}, 'uarts': [uart(attach='console_shell')]}
    one = boot({'platform': no_display}, cwd=tmp_path)

    with one.connect() as peer:
        peer.send(b'screenshot\n')
        peer.finish()
        said = peer.take_all()

    assert b'this machine keeps no pictures\r\n' in said
    assert b'error -525: no picture was taken' in said


def test_a_signal_to_a_machine_without_a_display_says_why_not(boot, tmp_path):
    one = boot(CONSOLE, cwd=tmp_path)

    one.kill(signal.SIGUSR1)

    one.wait_for('ERROR sim::picture: no picture why="this machine has no display')
    assert not list(tmp_path.glob('*.png'))
