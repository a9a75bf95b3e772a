# SPDX-License-Identifier: MIT OR Apache-2.0
"""Recordings as tests see them: replayed, taken apart, and changed in ways that fit."""
import dataclasses
import struct

import machine

HEAD_BYTES = 64
AT_VERSION, AT_TEXTS, AT_COMMITTED, AT_QUIET = 16, 40, 48, 56
(SAMPLE, ENTROPY, RECEIVED, SENT, SENDING, CARRIER, KEY, PUSH, ANSWER, LINE, CHECK, END,
 CHOICE, STRIKE) = range(14)
NUMBERS = {SAMPLE: 2, SENDING: 1, CARRIER: 1, KEY: 3, PUSH: 2, ANSWER: 1, LINE: 2, CHECK: 1, END: 3,
           CHOICE: 1, STRIKE: 3}
WITH_BYTES = (ENTROPY, RECEIVED, SENT, ANSWER, LINE, STRIKE)
REFUSE, KILL, HALT = range(3) # the first number of a STRIKE
WORD = (1 << 64) - 1


def replay(path, *options, **kwargs):
    return machine.run('--replay', path, *options, **kwargs)


def check_of(check, data):
    """The same as record_check."""
    whole = len(data) // 8 * 8
    words = list(struct.unpack(f'<{whole // 8}Q', data[:whole])) + list(data[whole:])
    for word in words:
        check = ((check ^ word) * 0x9e3779b97f4a7c15) & WORD
        check ^= check >> 29
    return check


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


@dataclasses.dataclass
class Entry:
    quiet: int
    kind: int
    device: int
    numbers: list
    data: bytes

    def head(self):
        parts = [varint(self.quiet), bytes([self.kind << 4 | self.device])]
        parts += map(varint, self.numbers)
        return b''.join(parts) + (varint(len(self.data)) if self.kind in WITH_BYTES else b'')


class Recording:
    """A file taken apart; write() puts it together with checks that fit."""

    def __init__(self, path):
        raw = path.read_bytes()
        texts, committed = struct.unpack_from('<QQ', raw, AT_TEXTS)
        self.begin = raw[:HEAD_BYTES + texts]
        self.raw, self.at, self.end = raw, HEAD_BYTES + texts, committed
        self.entries = []
        while self.at < self.end:
            self.entries.append(self.take())

    def take_varint(self):
        number = shift = 0
        while True:
            byte = self.raw[self.at]
            self.at += 1
            number |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return number

    def take(self):
        quiet = self.take_varint()
        tag = self.raw[self.at]
        self.at += 1
        numbers = [self.take_varint() for _ in range(NUMBERS.get(tag >> 4, 0))]
        count = self.take_varint() if tag >> 4 in WITH_BYTES else 0
        self.at += count
        return Entry(quiet, tag >> 4, tag & 15, numbers, self.raw[self.at - count:self.at])

    def of(self, kind, device=0):
        return [one for one in self.entries if (one.kind, one.device) == (kind, device)]

    def sent(self, device=0):
        return b''.join(one.data for one in self.of(SENT, device))

    def write(self, path):
        out, check = bytearray(self.begin), 0
        for one in self.entries:
            if one.kind == CHECK:
                one.numbers = [check & 0xffffffff]
            head = one.head()
            out += head + one.data
            check = 0 if one.kind == CHECK else check_of(check_of(check, head), one.data)
        struct.pack_into('<Q', out, AT_COMMITTED, len(out))
        path.write_bytes(out)
        return path
