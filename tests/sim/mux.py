# SPDX-License-Identifier: MIT OR Apache-2.0
"""The host's end of a serial mux: frames by hand, over a Peer of machine.py.

    mux = Mux(machine.connect('mux'))
    mux.send(0, b'!')
    assert mux.expect(0, b'!')
"""


def cobs(data):
    """One frame: blocks of up to 254 bytes without a zero, and the 0x00 at the end."""
    out, block = bytearray(), bytearray()
    for byte in data:
        if byte:
            block.append(byte)
        if byte == 0 or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            block.clear()
    return bytes(out + bytes([len(block) + 1]) + block + b'\0')


def uncobs(frame):
    """The data of a frame, which comes without its 0x00."""
    out, at = bytearray(), 0
    while at < len(frame):
        code = frame[at]
        block = frame[at + 1:at + code]
        assert len(block) == code - 1, f'a block is cut short: {frame!r}'
        out += block
        at += code
        if code < 255 and at < len(frame):
            out.append(0)
    return bytes(out)


def frame_of(port, data):
    return cobs(port.to_bytes(2, 'little') + data)


class Mux:
    """All ports of a mux over one peer; what comes for one waits while another is read."""

    def __init__(self, peer):
        self.peer = peer
        self.left = b''     # of a frame that is not all there
        self.waiting = {}   # port: bytes not yet taken
        self.frames = []    # (port, number of bytes), in order

    def send(self, port, data, chunk=200):
        self.peer.send(b''.join(frame_of(port, data[at:at + chunk])
                                for at in range(0, len(data), chunk)))

    def hear(self):
        """Waits for more bytes; false at their end."""
        part = self.peer.socket.recv(1 << 16)
        *frames, self.left = (self.left + part).split(b'\0')
        for frame in filter(None, frames):
            data = uncobs(frame)
            assert len(data) >= 3, frame
            port = int.from_bytes(data[:2], 'little')
            self.waiting[port] = self.waiting.get(port, b'') + data[2:]
            self.frames.append((port, len(data) - 2))
        return bool(part)

    def take(self, port, count):
        while len(self.waiting.get(port, b'')) < count:
            assert self.hear(), f'the end, with {self.waiting} not taken'
        data = self.waiting[port]
        self.waiting[port] = data[count:]
        return data[:count]

    def expect(self, port, data):
        taken = self.take(port, len(data))
        assert taken == data, (port, taken, data)

    def until(self, port, end):
        """All that a port says, to `end`."""
        while end not in self.waiting.get(port, b''):
            assert self.hear(), f'no {end!r} in {self.waiting}'
        data, rest = self.waiting[port].split(end, 1)
        self.waiting[port] = rest
        return data + end
