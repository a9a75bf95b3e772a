# SPDX-License-Identifier: MIT OR Apache-2.0
"""The window: what it shows, what is typed into it, and how it never holds up the machine."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest
from PIL import Image

import machine
from machine import LIMIT_S, MELPO, environment, uart
from screen import Screen, is_same, scaled

PROOF = pathlib.Path(__file__).resolve().parents[2] / 'scripts' / 'idle-proof'
ON, OFF = (0x00, 0xd2, 0xff), (0x00, 0x14, 0x28)
LINE_OF_KEYS = re.compile(r'key code=(\d+) kind=(\d+) modifiers=(\d+)')
PRESSED, RELEASED, HELD = range(3)
SILENT = 0x110000 # the first key that writes nothing
SHIFT, CTRL = 1, 2
WITHOUT_WINDOW = 'WARN  sim::main: no window; the machine is headless why="'
GONE = 'the display server is gone; the machine goes on without a window'


@pytest.fixture(name='screen', scope='session')
def one_screen(tmp_path_factory):
    """The display server of all tests but those that end it."""
    screen = Screen(tmp_path_factory.mktemp('screen'))
    yield screen
    screen.stop()


@pytest.fixture(name='own_screen')
def screen_of_one_test(tmp_path):
    screen = Screen(tmp_path)
    yield screen
    screen.stop()


def with_display(*uarts, **keys):
    return {'platform': {'display': {'enabled': True, **keys}, 'uarts': list(uarts)}}


def boot_on(boot, screen, config, *options, **kwargs):
    screen.wait_for(0) # that of the test before
    return boot(config, *options, env=environment(**screen.variables()), **kwargs)


def keys_of(one):
    return [tuple(map(int, LINE_OF_KEYS.search(line).groups())) for line in one.find('key code=')]


# ---- without one ----

def libraries_of_windows(one):
    """The files in its memory that a machine needs for nothing but a window."""
    maps = pathlib.Path(f'/proc/{one.process.pid}/maps').read_text(encoding='utf-8')
    return set(re.findall(r'\S*/(?:melpo-window|libSDL|libX|libxcb|libwayland)\S*', maps))


@pytest.mark.parametrize(('variables', 'why'), [
    ({}, 'neither DISPLAY nor WAYLAND_DISPLAY is set'),
    ({'DISPLAY': '', 'WAYLAND_DISPLAY': ''}, 'neither DISPLAY nor WAYLAND_DISPLAY is set'),
    ({'WAYLAND_DISPLAY': 'wayland-0', 'XDG_RUNTIME_DIR': None},
     'WAYLAND_DISPLAY is set, but XDG_RUNTIME_DIR is not')], ids=['unset', 'empty', 'half'])
def test_without_a_display_server_one_line_says_so_and_the_machine_goes_on(boot, variables, why):
    one = boot(with_display(uart()), env=environment(**variables))

    with one.greeted() as peer:
        peer.send(b'hi')
        peer.expect(b'hi')

    lines = one.halt().find('WARN|ERROR|error')
    assert len(lines) == 1
    assert lines[0].endswith(f'{WITHOUT_WINDOW}there is no display server: {why}"')


@pytest.mark.parametrize('variable', ['DISPLAY', 'WAYLAND_DISPLAY'])
def test_a_display_server_that_is_not_there_costs_one_line(boot, tmp_path, variable):
    """A number so high that nobody has it."""
    variables = {variable: ':64321', 'XDG_RUNTIME_DIR': str(tmp_path)}
    one = boot(with_display(uart()), env=environment(**variables))

    one.greeted().close()

    assert [WITHOUT_WINDOW in line for line in one.halt().find('WARN|ERROR|error')] == [True]
    assert one.find(f'{variable}=:64321')


@pytest.mark.parametrize('is_there', [False, True], ids=['no window', 'no SDL2'])
def test_a_window_that_cannot_be_loaded_costs_one_line(tmp_path, own_screen, is_there):
    """The program alone, and with a window that wants an SDL2 of which there is none."""
    shutil.copy(MELPO, tmp_path / 'melpo')
    missing = b'libSDL2-9.9.so.0'
    if is_there:
        library = (pathlib.Path(MELPO).parent / 'melpo-window.so').read_bytes()
        (tmp_path / 'melpo-window.so').write_bytes(library.replace(b'libSDL2-2.0.so.0', missing))
    config = tmp_path / 'machine.json'
    config.write_text('{"platform": {"uarts": []}}', encoding='utf-8')

    done = subprocess.run([tmp_path / 'melpo', '-c', config, '--until', '0s'], text=True,
                          env=environment(**own_screen.variables()), stderr=subprocess.PIPE,
                          timeout=LIMIT_S, check=False)

    assert done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) == 3 # hello, this, and halted
    assert re.search(WITHOUT_WINDOW + ('.*' + missing.decode() if is_there else
                                       'melpo-window.so.*is not installed'), done.stderr)


@pytest.mark.parametrize('options', [('--headless',), ('--time', 'virtual'),
                                     ('--set', 'platform.display.enabled=false')])
def test_who_wants_no_window_gets_none_and_no_word_of_it(boot, screen, options):
    one = boot_on(boot, screen, with_display(uart()), *options)

    one.greeted().close()

    screen.wait_for(0)
    assert not libraries_of_windows(one)
    assert not one.halt().find('WARN|no window|sim::window')


def test_the_headless_configuration_loads_nothing_of_a_window(boot, screen):
    one = boot_on(boot, screen, None, '--config', 'headless.json',
                  '--set', 'platform.uarts.0.address=127.0.0.1:0')

    one.greeted().close()

    assert not libraries_of_windows(one)
    assert not one.halt().find('WARN|no window|sim::window')


# ---- pixels ----

def picture_of(one, tmp_path):
    """What SIGUSR1 gives."""
    before = len(one.find('picture taken'))
    one.kill(signal.SIGUSR1)
    line = one.wait_for('picture taken', before + 1)[-1]
    return Image.open(tmp_path / machine.fields_of(line)['file'])


@pytest.mark.parametrize('scaling', [1, 2, 3, 4])
def test_the_window_shows_what_the_headless_machine_has_pixel_for_pixel(boot, screen, tmp_path,
                                                                        scaling):
    config = with_display(uart(), width=123, height=45, scaling=scaling)
    one = boot_on(boot, screen, config, cwd=tmp_path)
    machine.run('-c', tmp_path / 'machine0' / 'machine.json', '--headless', '--until', '100ms',
                '--set', 'platform.uarts=[]', '--screenshot', tmp_path / 'headless.png')
    window = screen.window()
    assert window.size() == (123 * scaling, 45 * scaling)
    assert libraries_of_windows(one) # so that they would be seen elsewhere

    picture = picture_of(one, tmp_path)

    window.wait_until(lambda seen: is_same(seen, scaled(picture, scaling)), 'the same picture')
    assert is_same(picture, Image.open(tmp_path / 'headless.png'))
    assert picture.getpixel((0, 44)) in (ON, OFF)


def test_colors_are_those_of_the_configuration(boot, screen, tmp_path):
    colors = {'off_color': '#fefdfc', 'on_color': '#010203'}
    one = boot_on(boot, screen, with_display(uart(), width=40, height=30, **colors), cwd=tmp_path)

    picture = picture_of(one, tmp_path)

    assert {color for _, color in picture.getcolors()} <= {(254, 253, 252), (1, 2, 3)}
    screen.window().wait_until(lambda seen: is_same(seen, scaled(picture, 2)), 'the same picture')


@pytest.mark.parametrize(('size', 'factor'), [((330, 250), 3), ((101, 101), 1), ((640, 83), 1)])
def test_a_window_of_another_size_has_the_frame_in_its_middle(boot, screen, tmp_path, size, factor):
    one = boot_on(boot, screen, with_display(uart(), width=100, height=80), cwd=tmp_path)
    picture = picture_of(one, tmp_path)
    window = screen.window()

    window.resize(*size)

    expected = Image.new('RGB', size, OFF)
    frame = scaled(picture, factor)
    expected.paste(frame, ((size[0] - frame.width) // 2, (size[1] - frame.height) // 2))
    window.wait_until(lambda seen: is_same(seen, expected), 'the frame in the middle')


def test_a_window_smaller_than_its_frame_shows_all_of_it(boot, screen):
    boot_on(boot, screen, with_display(uart(), width=100, height=80))
    window = screen.window()

    window.resize(50, 50)

    window.wait_until(lambda seen: seen.size == (50, 50) and
                      {color for _, color in seen.getcolors()} <= {ON, OFF}, 'it is redrawn')


# ---- keys ----

ENTER, BACK_TAB, PAGE_UP, F12 = (SILENT + number for number in (0, 3, 11, 26))
MODIFIERS = range(SILENT + 0x2d, SILENT + 0x35)


def typed_keys(one):
    """What was pressed until Enter went up again, without the modifier keys themselves."""
    one.wait_for(f'key code={ENTER} kind={RELEASED}')
    return [(code, modifiers) for code, kind, modifiers in keys_of(one)
            if kind == PRESSED and code not in MODIFIERS]


def test_what_is_typed_arrives_as_keys_each_once(boot, screen):
    one = boot_on(boot, screen, with_display(uart()), '--trace', 'info,sim::window=trace')
    window = screen.window()

    window.type('aB ')
    window.key('ctrl+c', 'Page_Up', 'F12', 'shift+Tab', 'Return')

    assert typed_keys(one) == [(ord('a'), 0), (ord('B'), SHIFT), (ord(' '), 0), (ord('c'), CTRL),
                               (PAGE_UP, 0), (F12, 0), (BACK_TAB, SHIFT), (ENTER, 0)]
    pressed = sorted(code for code, kind, _ in keys_of(one) if kind == PRESSED)
    assert pressed == sorted(code for code, kind, _ in keys_of(one) if kind == RELEASED)


# Numbers of X, which are places on the keyboard; on a US one they have these letters.
Q, E, C, LEFT_BRACKET, EQUALS, ONE, RETURN = 24, 26, 54, 34, 21, 10, 36
CTRL_AND, SHIFT_AND, ALT_GR_AND = '37+', '50+', '108+'


@pytest.mark.parametrize(('layout', 'keys', 'expected'), [
    ('de', [Q, f'{ALT_GR_AND}{Q}', f'{SHIFT_AND}{LEFT_BRACKET}', EQUALS, E, f'{CTRL_AND}{C}'],
     [('q', 0), ('@', 0), ('Ü', SHIFT), ('é', 0), ('c', CTRL)]),
    ('fr', [Q, ONE, f'{SHIFT_AND}{ONE}', LEFT_BRACKET, E],
     [('a', 0), ('&', 0), ('1', SHIFT), ('ê', 0)]),
    ('ru', [Q, f'{SHIFT_AND}{C}', f'{CTRL_AND}{C}'],
     [('й', 0), ('С', SHIFT), ('c', CTRL)]),
])
def test_what_is_typed_is_what_the_layout_writes(boot, screen, layout, keys, expected):
    one = boot_on(boot, screen, with_display(uart()), '--trace', 'info,sim::window=trace')
    window = screen.window()

    with screen.layout(layout):
        window.key(*keys, RETURN)
        typed = typed_keys(one)

    assert typed == [*((ord(char), modifiers) for char, modifiers in expected), (ENTER, 0)]


def test_a_key_that_is_held_repeats(boot, screen):
    one = boot_on(boot, screen, with_display(uart()), '--trace', 'info,sim::window=trace')
    window = screen.window()

    window.hold('x')
    one.wait_for(rf'key code={ord("x")} kind={HELD}', 3)
    window.let_go('x')

    one.wait_for(rf'key code={ord("x")} kind={RELEASED}')
    assert keys_of(one)[0] == (ord('x'), PRESSED, 0)
    assert keys_of(one)[-1] == (ord('x'), RELEASED, 0)


# ---- a shell on it ----

CELL = (6, 12) # pixels of a character
# The machine that everybody has, but for its ports.
DEFAULT = ('--config', 'default.json', '--set', 'platform.uarts.0.address=127.0.0.1:0',
           '--set', 'platform.uarts.1.address=127.0.0.1:0')


def row_of(picture, row, count, scaling=1):
    """The first `count` characters of a row of text."""
    width, height = (side * scaling for side in CELL)
    return picture.crop((0, row * height, count * width, (row + 1) * height))


def themed(picture):
    """The colors of the screen for black and white."""
    one = picture.copy()
    one.putdata([ON if pixel == (255, 255, 255) else OFF for pixel in picture.getdata()])
    return one


def wait_for_shell(window):
    """Keys that come before anybody listens are nobody's. What was never drawn is black."""
    window.wait_until(lambda seen: {color for _, color in row_of(seen, 1, 10, 2).getcolors()} ==
                      {ON, OFF}, 'the greeting')


def is_blank(picture):
    return picture.getcolors() == [(picture.width * picture.height, OFF)]


def test_forth_answers_what_is_typed_into_the_window(boot, screen, tmp_path):
    """What is typed after it looks like the answer, so that is what it says."""
    config = with_display(uart())
    config['platform']['forth_shell'] = {'enabled': True}
    config['services'] = {'keyboard_mux': {'enabled': True}}
    one = boot_on(boot, screen, config, cwd=tmp_path)
    window = screen.window()
    wait_for_shell(window)

    window.type('cr 1 2 + .')
    window.key('Return')
    window.type('3 ok.')

    def is_answered(seen):
        rows = [row_of(seen, row, 5, 2) for row in range(1, 12)]
        same = [above for above, below in zip(rows, rows[1:])
                if is_same(above, below) and not is_blank(above)]
        return len(same) == 1
    seen = window.wait_until(is_answered, 'the answer and the same below it')
    picture = picture_of(one, tmp_path)
    assert is_same(seen, scaled(picture, 2))


def test_the_default_machine_shows_in_its_window_what_it_has_without_one(boot, screen, tmp_path):
    """The same keys once more by way of a scenario, in virtual time and without a window."""
    boot_on(boot, screen, None, *DEFAULT)
    window = screen.window()
    wait_for_shell(window)
    window.type('1 2 + .')
    window.key('Return')
    shown = tmp_path / 'shown.png'
    scenario = tmp_path / 'typed.scenario'
    scenario.write_text('machine default.json\ntype "1 2 + .\\r"\n'
                        'screen shows "\\n3 ok."\nscreen matches shown.png\n', encoding='utf-8')

    def is_the_same_elsewhere(seen):
        halved = seen.resize((seen.width // 2, seen.height // 2), Image.NEAREST)
        in_two = [(255, 255, 255) if pixel == ON else (0, 0, 0) for pixel in halved.getdata()]
        halved.putdata(in_two)
        halved.save(shown)
        return is_same(seen, scaled(themed(halved), 2)) and \
            machine.run('test', scenario, '--pictures', tmp_path).returncode == 0
    seen = window.wait_until(is_the_same_elsewhere, 'the same picture')
    assert seen.size == (800, 480)


# ---- never held up ----

def test_an_open_window_with_nothing_happening_wakes_nobody_in_five_seconds(screen):
    done = subprocess.run([sys.executable, PROOF, '--window', MELPO], text=True, check=False,
                          env=environment(**screen.variables()), stdout=subprocess.PIPE,
                          timeout=LIMIT_S)

    print('# ' + done.stdout.replace('\n', '\n# '))
    assert done.returncode == 0, done.stdout
    assert len(re.findall('0 voluntary and 0 nonvoluntary context switches in 5 s',
                          done.stdout)) == 2
    assert '0 clock ticks of processor time, 2 thread(s)' in done.stdout


def test_a_window_that_is_dragged_and_resized_loses_no_byte_of_a_stream(boot, screen):
    one = boot_on(boot, screen, with_display(uart(), width=200, height=100))
    window = screen.window()
    data = os.urandom(1 << 16)

    with one.greeted() as peer:
        for step in range(40):
            peer.send(data)
            window.move(10 * step, 5 * step)
            window.resize(200 + 7 * step, 100 + 5 * step)
            peer.expect(data)


def test_a_display_server_that_stands_still_does_not_hold_up_the_machine(boot, own_screen):
    one = boot_on(boot, own_screen, with_display(uart()))
    own_screen.window()
    os.kill(own_screen.process.pid, signal.SIGSTOP)

    with one.greeted() as peer:
        peer.send(b'still here')
        peer.expect(b'still here')
    one.halt() # although the window cannot be closed


def test_the_close_button_halts_in_order(boot, screen):
    one = boot_on(boot, screen, with_display(uart()))

    screen.window().press_close()

    assert one.wait() == 0
    assert one.find('INFO  sim::window: halting because=')
    assert one.find('INFO  sim::main: halted code=0')
    screen.wait_for(0)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM], ids=['SIGINT', 'SIGTERM'])
def test_a_signal_halts_a_machine_with_a_window_in_order(boot, screen, number):
    one = boot_on(boot, screen, with_display(uart()))
    screen.window()

    one.halt(number)

    assert one.find(f'halting signal={number.name}')


def test_a_display_server_that_goes_away_costs_one_line_and_the_machine_goes_on(boot, own_screen):
    one = boot_on(boot, own_screen, with_display(uart()))
    own_screen.window()

    with one.greeted() as peer:
        own_screen.stop()
        one.wait_for(GONE)
        peer.send(b'still here')
        peer.expect(b'still here')

    assert len(one.halt().find('WARN|ERROR|X')) == 1
