# SPDX-License-Identifier: MIT OR Apache-2.0
"""A running melpo as a test sees it: its log, its serial ports, its place in /proc.

    machine = Machine(folder, config, '--time', 'virtual').wait_until_up()
    peer = machine.connect('console')
    peer.expect(GREETING)
    machine.halt()

Ports are the system's choice and read from the log. Whatever is waited for is an event, and LIMIT_S
only keeps a broken machine from holding up everything else: no test depends on how long it is.
"""
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time

LIMIT_S = 120
SUPPRESSIONS = pathlib.Path(__file__).with_name('leaks_of_others.txt')
MELPO = os.environ.get('MELPO', 'build/sim/melpo')
GREETING = b'mnemOS: this port echoes what you type\r\n'
LINE = re.compile(r'(\d+)\.(\d{9})s (TRACE|DEBUG|INFO |WARN |ERROR) ([a-z0-9_:]+): (.*)')
REPORT = re.compile(r'AddressSanitizer|LeakSanitizer|runtime error:|kernel panic')


def uart(name='console', **keys):
    """One UART of a configuration, at a port of the system's choice."""
    return {'name': name, 'address': '127.0.0.1:0', 'attach': 'loopback', **keys}


def config_of(*uarts, **sections):
    """A configuration without a display."""
    return {'platform': {'display': {'enabled': False}, 'uarts': list(uarts)}, **sections}


CONSOLE = config_of(uart())


def fields_of(line):
    """The fields of a line of the log, as text."""
    return dict(re.findall(r'(\w+)=(\S+)', line))


def run(*options, **kwargs):
    """melpo from its start to its end; the result has stdout and stderr as text."""
    kwargs.setdefault('timeout', LIMIT_S)
    kwargs.setdefault('stdout', subprocess.PIPE)
    kwargs.setdefault('stderr', subprocess.PIPE)
    kwargs.setdefault('env', environment())
    done = subprocess.run([os.path.abspath(MELPO), *map(str, options)], text=True, check=False,
                          **kwargs)
    assert not REPORT.search(done.stderr or ''), done.stderr
    return done


def children_of(process):
    """The numbers of the processes it has started."""
    path = f'/proc/{process.pid}/task/{process.pid}/children'
    return list(map(int, pathlib.Path(path).read_text('ascii').split()))


def environment(**changes):
    """Ours, without what melpo listens to; None takes a variable out."""
    plain = {'MELPOMENE_TRACE': None, 'NO_COLOR': None,
             'DISPLAY': None, 'WAYLAND_DISPLAY': None, # no window on anybody's screen
             'LSAN_OPTIONS': f'suppressions={SUPPRESSIONS}:print_suppressions=0', **changes}
    kept = {name: value for name, value in os.environ.items() if name not in plain}
    return {**kept, **{name: value for name, value in plain.items() if value is not None}}


class Peer:
    """The other end of a serial port."""

    def __init__(self, port, **options):
        self.socket = socket.socket()
        self.socket.settimeout(LIMIT_S)
        for option, value in options.items(): # before connecting: a window is chosen then
            self.socket.setsockopt(socket.SOL_SOCKET, getattr(socket, option), value)
        self.socket.connect(('127.0.0.1', port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self.socket.sendall(data)

    def take(self, count):
        """Exactly so many bytes, or those before the end."""
        parts, missing = [], count
        while missing > 0:
            part = self.socket.recv(min(missing, 1 << 20))
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b''.join(parts)

    def expect(self, data):
        assert self.take(len(data)) == data

    def take_all(self):
        """Everything until the machine closes the connection."""
        parts = []
        while part := self.socket.recv(1 << 16):
            parts.append(part)
        return b''.join(parts)

    def finish(self):
        """Says that nothing more will be sent, as nc -N does at the end of its input."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()

    def reset(self):
        """Vanishes without a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.socket.close()


class Machine:
    """melpo, started with `config` (a dict, or None: the options say it all) and `options`."""

    def __init__(self, folder, config, *options, **kwargs):
        self.lines = []
        self.is_over = False
        self.is_waited_for = False
        self.news = threading.Condition()
        self.uart_names = []
        self.ports = {}
        arguments = [os.path.abspath(MELPO)]
        if config is not None:
            path = pathlib.Path(folder) / 'machine.json'
            path.write_text(json.dumps(config), encoding='utf-8')
            arguments += ['--config', str(path)]
            self.uart_names = [one['name'] for one in config['platform']['uarts']
                               if one.get('backend') != 'null']
        kwargs.setdefault('env', environment())
        kwargs.setdefault('stderr', subprocess.PIPE)
        self.process = subprocess.Popen([*arguments, *map(str, options)], **kwargs)
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()

    def read_log(self):
        if self.process.stderr:
            for line in self.process.stderr:
                with self.news:
                    self.lines.append(line.decode('utf-8').rstrip('\n'))
                    self.news.notify_all()
        with self.news:
            self.is_over = True
            self.news.notify_all()

    @property
    def log(self):
        with self.news:
            return '\n'.join(self.lines)

    def find(self, pattern):
        with self.news:
            return [line for line in self.lines if re.search(pattern, line)]

    def wait_for(self, pattern, count=1):
        """The lines of the log that match, once there are `count` of them."""
        limit = time.monotonic() + LIMIT_S # other lines must not put it off
        with self.news:
            seen, found = 0, []
            while len(found) < count:
                found += [line for line in self.lines[seen:] if re.search(pattern, line)]
                seen = len(self.lines)
                if len(found) < count:
                    assert not self.is_over, f'ended without {pattern}:\n' + '\n'.join(self.lines)
                    assert self.news.wait(limit - time.monotonic()), \
                        f'no {pattern}:\n' + '\n'.join(self.lines)
            return found

    def wait_until_up(self):
        if self.process.stderr:
            for name in self.uart_names:
                self.port(name)
        return self

    def port(self, name='console'):
        if name not in self.ports:
            line = self.wait_for(rf' listening address=\S+ uart={name}$')[0]
            self.ports[name] = int(fields_of(line)['address'].rsplit(':', 1)[1])
        return self.ports[name]

    def connect(self, name='console', **options):
        return Peer(self.port(name), **options)

    def greeted(self, name='console', **options):
        """A peer that has already heard the greeting."""
        peer = self.connect(name, **options)
        peer.expect(GREETING)
        return peer

    # ---- in /proc ----

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))

    def status(self, key):
        """A figure of /proc/PID/status: VmHWM and friends are in kB."""
        text = pathlib.Path(f'/proc/{self.process.pid}/status').read_text(encoding='ascii')
        return re.search(rf'^{key}:\s*(\S+)', text, re.M).group(1)

    def until(self, holds, what):
        """Waits for what the machine does not say: asks again and again."""
        limit = time.monotonic() + LIMIT_S
        while not holds():
            assert time.monotonic() < limit, what
            assert self.process.poll() is None, f'ended before {what}'
            time.sleep(0.002)

    # ---- the end ----

    def kill(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The exit status, once it has ended and all its log is here."""
        self.is_waited_for = True
        status = self.process.wait(LIMIT_S)
        self.reader.join(LIMIT_S)
        assert not REPORT.search(self.log), self.log
        return status

    def halt(self, number=signal.SIGTERM):
        """Halts it in order, unless it has ended already; harmless twice."""
        if self.process.poll() is None:
            self.kill(number)
        assert self.wait() == 0, self.log
        return self

    def destroy(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stderr:
            self.reader.join(LIMIT_S)
            self.process.stderr.close()
