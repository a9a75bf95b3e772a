# SPDX-License-Identifier: MIT OR Apache-2.0
"""The wire formats once more, in Python and from their description alone, so that what crowtty
reads and writes is compared with something that shares no line with it."""
import struct

TRACE, DEBUG, INFO, WARN, ERROR = range(5)


def cobs(data):
    """One frame, with its 0x00."""
    out, block = bytearray(), bytearray()
    is_open = True
    for byte in data:
        is_open = True
        if byte:
            block.append(byte)
        if not byte or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            is_open = not byte
            block.clear()
    if is_open or block:
        out += bytes([len(block) + 1]) + block
    return bytes(out) + b'\0'


def uncobs(frame):
    """The data of a frame without its 0x00; None: it is none."""
    out, at = bytearray(), 0
    while at < len(frame):
        code = frame[at]
        block = frame[at + 1:at + code]
        if len(block) != code - 1:
            return None
        out += block
        at += code
        if code < 0xff and at < len(frame):
            out.append(0)
    return bytes(out)


def mux(port, data):
    return cobs(struct.pack('<H', port) + data)


def varint(value):
    out = bytearray()
    while value > 0x7f:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value):
    raw = value.encode('utf-8')
    return varint(len(raw)) + raw


def option(value, write=varint):
    return b'\0' if value is None else b'\1' + write(value)


def value(one):
    """By its Python type: bool, float, int (u64, or i64 when negative), str; a tuple is debug."""
    if isinstance(one, bool):
        return b'\5' + bytes([one])
    if isinstance(one, float):
        return b'\2' + struct.pack('<d', one)
    if isinstance(one, int):
        return b'\4' + varint(one) if one >= 0 else b'\3' + varint(-2 * one - 1)
    return b'\0' + text(one[0]) if isinstance(one, tuple) else b'\1' + text(one)


def fields_of(fields):
    return varint(len(fields)) + b''.join(text(name) + value(one) for name, one in fields.items())


def heartbeat(level):
    return b'\0' + option(level)


def meta(number, name, target, level, *names, span=False):
    return (b'\1' + varint(number) + text(name) + text(target) + varint(level) + b'\0\0\0' +
            varint(len(names)) + b''.join(map(text, names)) + bytes([span, not span]))


def event(number, fields, parent=None):
    return b'\2' + option(parent) + fields_of(fields) + varint(number)


def new_span(span, number, parent=None, is_root=False, **fields):
    return (b'\3' + varint(span) + varint(number) + option(parent) + bytes([is_root]) +
            fields_of(fields))


def enter(span):
    return b'\4' + varint(span)


def leave(span):
    return b'\5' + varint(span)


def clone_span(span):
    return b'\6' + varint(span)


def drop_span(span):
    return b'\7' + varint(span)


def discarded(new_spans, span_activity, events, metas):
    return b'\x08' + b''.join(map(varint, (new_spans, span_activity, events, metas)))


def trace(*messages, chunk=256):
    """Trace messages as mux frames of port 3, cut without regard to where messages end."""
    stream = b''.join(map(cobs, messages))
    return b''.join(mux(3, stream[at:at + chunk]) for at in range(0, len(stream), chunk))
