# SPDX-License-Identifier: MIT OR Apache-2.0
"""A target as crowtty sees it, and crowtty as its user does.

    target = Target()                        # listens at a port of the system's choice
    crowtty = Crowtty('tcp', target.port)
    target.accept()
    target.send(wire.mux(1, b'hello\\n'))
    crowtty.out.wait_for('port 1: hello')

Whatever is waited for is an event; LIMIT_S only keeps what is broken from holding up the rest.
"""
import os
import re
import signal
import socket
import subprocess
import threading
import time

import wire

LIMIT_S = 60
CROWTTY = os.path.abspath(os.environ.get('CROWTTY', 'build/tools/crowtty/crowtty'))
REPORT = re.compile(r'AddressSanitizer|LeakSanitizer|runtime error:|a defect of this program')


def environment(**changes):
    plain = {'MNEMOS_TRACE': None, 'NO_COLOR': None, 'TERM': 'xterm', **changes}
    kept = {name: one for name, one in os.environ.items() if name not in plain}
    return {**kept, **{name: one for name, one in plain.items() if one is not None}}


class Stream:
    """Bytes that arrive, taken by a thread so that nobody has to wait for us."""

    def __init__(self, read):
        self.data = b''
        self.is_over = False
        self.news = threading.Condition()
        self.thread = threading.Thread(target=self.run, args=(read,), daemon=True)
        self.thread.start()

    def run(self, read):
        while True:
            try:
                part = read(1 << 16)
            except OSError:
                part = b''
            with self.news:
                self.data += part
                self.is_over = not part
                self.news.notify_all()
            if not part:
                return

    def wait_until(self, holds, what):
        """What `holds` makes of the data so far, once that is something."""
        limit = time.monotonic() + LIMIT_S # other news must not put it off
        with self.news:
            while not (found := holds(self.data)):
                assert not self.is_over, f'ended without {what}: {self.data[-4000:]!r}'
                assert self.news.wait(limit - time.monotonic()), f'no {what}: {self.data[-4000:]!r}'
            return found

    def wait_for(self, pattern, count=1):
        """The matches of a pattern, once there are so many."""
        def find(data):
            found = re.findall(pattern, data.decode('utf-8', 'replace'))
            return found if len(found) >= count else None
        return self.wait_until(find, pattern)

    def wait_for_end(self):
        self.thread.join(LIMIT_S)
        assert self.is_over
        return self.text

    @property
    def text(self):
        with self.news:
            return self.data.decode('utf-8', 'replace')


def reads(file):
    """How a Stream reads a descriptor that others close while it does: by a number of its own. The
    one that they closed may be another test's by then, and the bytes would be lost to that."""
    own = os.dup(file)

    def read(count):
        try:
            part = os.read(own, count)
        except OSError: # nobody has the other end of a terminal any more
            part = b''
        if not part:
            os.close(own)
        return part
    return read


class Wire:
    """One connection of crowtty's to the target: frames both ways."""

    def __init__(self, read, write, close):
        self.write, self.close = write, close
        self.stream = Stream(read)

    def send(self, *frames):
        self.write(b''.join(frames))

    def received(self, port):
        """All data so far for a port."""
        def of_port(data):
            parts = [wire.uncobs(frame) for frame in data.split(b'\0')[:-1] if frame]
            assert None not in parts, 'crowtty sent something that is no frame'
            return b''.join(part[2:] for part in parts
                            if int.from_bytes(part[:2], 'little') == port)
        return of_port(self.stream.data)

    def expect(self, port, data):
        """Waits until exactly `data` has come for the port."""
        self.stream.wait_until(lambda _: len(self.received(port)) >= len(data),
                               f'{data[:40]!r} on port {port}')
        assert self.received(port) == data

    def frames(self):
        """(port, data) of each frame so far."""
        parts = [wire.uncobs(frame) for frame in self.stream.data.split(b'\0')[:-1] if frame]
        return [(int.from_bytes(part[:2], 'little'), part[2:]) for part in parts]


class Target:
    """Listens over TCP."""

    def __init__(self, port=0):
        self.socket = socket.create_server(('127.0.0.1', port))
        self.socket.settimeout(LIMIT_S)
        self.port = self.socket.getsockname()[1]
        self.connections = []

    def accept(self):
        connection, _ = self.socket.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(None)
        self.connections.append(connection)

        def close():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()
        return Wire(connection.recv, connection.sendall, close)

    def close(self):
        """The target is gone, and nobody is at its address."""
        self.socket.close()
        for connection in self.connections:
            connection.close()


class Crowtty:
    """The program, its standard input a pipe unless told otherwise."""

    def __init__(self, *words, **kwargs):
        kwargs.setdefault('stdin', subprocess.PIPE)
        kwargs.setdefault('env', environment())
        self.process = subprocess.Popen([CROWTTY, *map(str, words)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, bufsize=0, **kwargs)
        self.out = Stream(self.process.stdout.read)
        self.err = Stream(self.process.stderr.read)

    def port(self, number):
        """The TCP port of a mux port, with --tcp-port-base 0."""
        return int(self.err.wait_for(rf'port {number}: 127\.0\.0\.1:(\d+)\n')[0])

    def connect(self, number):
        peer = socket.create_connection(('127.0.0.1', self.port(number)))
        peer.settimeout(LIMIT_S)
        return peer

    def wait(self):
        """The exit status, and all it said is here."""
        status = self.process.wait(LIMIT_S)
        self.out.wait_for_end()
        self.err.wait_for_end()
        assert not REPORT.search(self.err.text), self.err.text
        return status

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        assert self.wait() == 0, self.err.text

    def destroy(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def take(peer, count):
    """Exactly so many bytes of a socket, or those before the end."""
    data = b''
    while len(data) < count and (part := peer.recv(min(count - len(data), 1 << 20))):
        data += part
    return data


def run(*words, **kwargs):
    """crowtty from its start to its end."""
    kwargs.setdefault('stdin', subprocess.DEVNULL)
    kwargs.setdefault('env', environment())
    kwargs.setdefault('stdout', subprocess.PIPE)
    done = subprocess.run([CROWTTY, *map(str, words)], stderr=subprocess.PIPE, timeout=LIMIT_S,
                          text=True, check=False, **kwargs)
    assert not REPORT.search(done.stderr), done.stderr
    return done
