# SPDX-License-Identifier: MIT OR Apache-2.0
"""A display server without a screen, and a person before it: looks, types, drags, closes.

    screen = Screen(folder)
    window = screen.window()
    window.type('1 2 + .'); window.key('Return')
    window.picture()                         what is in it, as a PIL image
    screen.stop()
"""
import contextlib
import os
import subprocess
import time

from PIL import Image, ImageChops
from Xlib import X, display, error
from Xlib.protocol import event

LIMIT_S = 120
TITLE = 'mnemOS'
REPLAY_TITLE = 'mnemOS, a replay'
SIZE = '1280x1024x24'


class Screen:
    """Xvfb, on a display that it chooses."""

    def __init__(self, folder):
        reading, writing = os.pipe()
        with (folder / 'xvfb.log').open('wb') as log:
            self.process = subprocess.Popen(
                ['Xvfb', '-displayfd', str(writing), '-screen', '0', SIZE, '-nolisten', 'tcp',
                 '-noreset'], pass_fds=[writing], stdout=log, stderr=log)
        os.close(writing)
        with os.fdopen(reading) as number:
            self.name = ':' + number.readline().strip()
        assert self.name != ':', f'no Xvfb: see {folder}/xvfb.log'
        self.server = display.Display(self.name)
        self.server.set_error_handler(lambda *_: None) # of windows that are gone

    def variables(self):
        """What tells a program of this display."""
        return {'DISPLAY': self.name, 'WAYLAND_DISPLAY': None, 'SDL_VIDEODRIVER': None}

    def titled(self, title):
        """The windows that have the title, and can be seen."""
        for one in self.server.screen().root.query_tree().children:
            try:
                if one.get_wm_name() == title and \
                        one.get_attributes().map_state == X.IsViewable:
                    yield one
            except error.XError:
                pass # gone meanwhile

    def window(self, title=TITLE):
        """The one window with the title, once it is there and has the keyboard."""
        return Window(self, *self.wait_for(1, title))

    def wait_for(self, count, title=TITLE):
        """So many windows with the title, once there are; one that was closed may go late."""
        limit = time.monotonic() + LIMIT_S
        while len(found := list(self.titled(title))) != count:
            assert time.monotonic() < limit, f'{len(found)} windows'
            time.sleep(0.01)
        return found

    def set_layout(self, name):
        subprocess.run(['setxkbmap', '-display', self.name, name], check=True, timeout=LIMIT_S)

    @contextlib.contextmanager
    def layout(self, name):
        """Another keyboard for a while."""
        self.set_layout(name)
        try:
            yield
        finally:
            self.set_layout('us')

    def stop(self):
        """Ends the server, as if its machine had been switched off."""
        self.process.kill()
        self.process.wait()


class Window:
    """melpo's, as a person has it before them."""

    def __init__(self, screen, window):
        self.screen = screen
        self.window = window
        self.do('windowfocus', '--sync', window.id)

    def do(self, *words):
        """One command of xdotool."""
        subprocess.run(['xdotool', *map(str, words)], check=True, timeout=LIMIT_S,
                       env={**os.environ, 'DISPLAY': self.screen.name})

    def type(self, text):
        self.do('type', '--delay', '4', text)

    def key(self, *names):
        self.do('key', '--delay', '4', *names)

    def hold(self, name):
        self.do('keydown', name)

    def let_go(self, name):
        self.do('keyup', name)

    def move(self, x, y):
        self.do('windowmove', self.window.id, x, y)

    def resize(self, width, height):
        self.do('windowsize', self.window.id, width, height)

    def press_close(self):
        """What a window manager sends when its close button is pressed."""
        server = self.screen.server
        protocols, delete = (server.intern_atom(name) for name in
                             ('WM_PROTOCOLS', 'WM_DELETE_WINDOW'))
        self.window.send_event(event.ClientMessage(
            window=self.window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0])))
        server.flush()

    def size(self):
        geometry = self.window.get_geometry()
        return geometry.width, geometry.height

    def picture(self):
        width, height = self.size()
        image = self.window.get_image(0, 0, width, height, X.ZPixmap, 0xffffffff)
        return Image.frombytes('RGB', (width, height), image.data, 'raw', 'BGRX')

    def wait_until(self, holds, what):
        """Looks again and again until the picture is as it should be; returns it."""
        limit = time.monotonic() + LIMIT_S
        while True:
            picture = self.picture()
            if holds(picture):
                return picture
            assert time.monotonic() < limit, what
            time.sleep(0.01)


def is_same(one, other):
    return one.size == other.size and not ImageChops.difference(one, other).getbbox()


def scaled(picture, factor):
    return picture.resize((picture.width * factor, picture.height * factor), Image.NEAREST)
