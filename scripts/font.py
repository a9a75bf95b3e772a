#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes C of a console font, as kernel/include/mn/gfx/font.h has it.

    font.py FONT NAME LICENSE OUTPUT

FONT is a PSF file of version 1 or 2 with a Unicode table, gzipped or not; `Spleen 8x16` as NAME
becomes mn_font_spleen_8x16; the text of LICENSE goes in front. Glyphs that no character has are
left out, and glyph 0 is a box for the characters that the font does not have.
"""
import gzip
import pathlib
import re
import struct
import sys
import typing
import zlib

PSF1_MAGIC, PSF2_MAGIC = b'\x36\x04', b'\x72\xb5\x4a\x86'
PSF1_512_GLYPHS, PSF1_HAS_TABLE, PSF2_HAS_TABLE = 1, 2 | 4, 1
SIDE_MAX = 32  # what the kernel's fonts may have


class Broken(Exception):
    """What is wrong with the font, for people."""


class Font(typing.NamedTuple):
    width: int
    height: int
    glyphs: list  # of bytes, row after row
    glyph_of: dict  # of a Unicode scalar


def read_psf1(data):
    """The glyphs of version 1 are 8 pixels wide, and its table is of 16-bit units."""
    mode, height = data[2], data[3]
    count = 512 if mode & PSF1_512_GLYPHS else 256
    table_at = 4 + count * height
    if not mode & PSF1_HAS_TABLE:
        raise Broken('has no Unicode table')
    glyphs = [data[4 + i * height:4 + (i + 1) * height] for i in range(count)]
    table = data[table_at:len(data) - (len(data) - table_at) % 2]
    glyph_of, glyph, in_sequence = {}, 0, False
    for unit, in struct.iter_unpack('<H', table):
        if unit == 0xffff:
            glyph, in_sequence = glyph + 1, False
        elif unit == 0xfffe:
            in_sequence = True  # characters one after the other, which we have no use for
        elif not in_sequence:
            glyph_of.setdefault(unit, glyph)
    return Font(8, height, glyphs, glyph_of)


def read_psf2(data):
    """Version 2 has any width, and its table is UTF-8."""
    _, head_bytes, flags, count, glyph_bytes, height, width = struct.unpack_from('<7I', data, 4)
    if not flags & PSF2_HAS_TABLE:
        raise Broken('has no Unicode table')
    if glyph_bytes != (width + 7) // 8 * height:
        raise Broken(f'has glyphs of {width} by {height} pixels in {glyph_bytes} bytes')
    begins = range(head_bytes, head_bytes + count * glyph_bytes, glyph_bytes)
    glyphs = [data[begin:begin + glyph_bytes] for begin in begins]
    glyph_of = {}
    for glyph, entry in enumerate(data[begins.stop:].split(b'\xff')[:count]):
        for character in entry.split(b'\xfe')[0].decode():
            glyph_of.setdefault(ord(character), glyph)
    return Font(width, height, glyphs, glyph_of)


def read_font(path):
    data = path.read_bytes()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    try:
        if data.startswith(PSF1_MAGIC):
            font = read_psf1(data)
        elif data.startswith(PSF2_MAGIC):
            font = read_psf2(data)
        else:
            raise Broken('is no PSF font')
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Broken(f'is damaged: {error}') from error
    if not font.glyph_of:
        raise Broken('has no characters')
    if not (1 <= font.width <= SIDE_MAX and 1 <= font.height <= SIDE_MAX):
        raise Broken(f'has glyphs of {font.width} by {font.height} pixels; up to {SIDE_MAX} go')
    size = (font.width + 7) // 8 * font.height
    if any(glyph >= len(font.glyphs) or len(font.glyphs[glyph]) != size
           for glyph in font.glyph_of.values()):
        raise Broken('is damaged: its table is of glyphs that it does not have')
    return font


def box(width, height):
    """A hollow rectangle with a margin of one pixel, where the cell is large enough for one."""
    row_bytes = (width + 7) // 8
    left, right, top, bottom = 0, max(width - 2, 0), 1, max(height - 3, 1)
    rows = b''
    for y in range(height):
        bits = 0
        for x in range(left, right + 1) if top <= y <= bottom else ():
            if x in (left, right) or y in (top, bottom):
                bits |= 1 << (row_bytes * 8 - 1 - x)
        rows += bits.to_bytes(row_bytes, 'big')
    return rows


def compact(font):
    """(glyphs, ranges, glyphs of the ranges): numbered anew, in the order of their characters."""
    glyphs, number_of = [box(font.width, font.height)], {}
    ranges, of_ranges = [], []
    for scalar in sorted(font.glyph_of):
        glyph = font.glyph_of[scalar]
        if glyph not in number_of:
            number_of[glyph] = len(glyphs)
            glyphs.append(font.glyphs[glyph])
        if not ranges or sum(ranges[-1][:2]) != scalar:
            ranges.append([scalar, 0, len(of_ranges)])
        ranges[-1][1] += 1
        of_ranges.append(number_of[glyph])
    return glyphs, ranges, of_ranges


def lines_of(words, per_line):
    for at in range(0, len(words), per_line):
        yield '    ' + ', '.join(words[at:at + per_line]) + ','


def c_source(font, name, license_text):
    glyphs, ranges, of_ranges = compact(font)
    symbol = 'mn_font_' + re.sub(r'\W+', '_', name.lower())
    comment = '\n'.join(f' * {line}'.rstrip() for line in license_text.rstrip('\n').split('\n'))
    row_bytes = (font.width + 7) // 8
    return '\n'.join([
        f'/* {name}, converted by scripts/font.py.', ' *', comment, ' */',
        '#include "mn/gfx/font.h"', '',
        f'static const uint8_t bits[{len(glyphs)} * {font.height} * {row_bytes}] = {{',
        *lines_of([f'0x{byte:02x}' for glyph in glyphs for byte in glyph],
                  16 if font.height % 16 == 0 else 12),
        '};', '',
        f'static const struct mn_font_range ranges[{len(ranges)}] = {{',
        *lines_of([f'{{0x{first:x}, {count}, {at}}}' for first, count, at in ranges], 4),
        '};', '',
        f'static const uint16_t glyphs[{len(of_ranges)}] = {{',
        *lines_of([str(glyph) for glyph in of_ranges], 16),
        '};', '',
        f'const struct mn_font {symbol} = {{',
        f'    .name = "{name}",',
        f'    .width_px = {font.width},',
        f'    .height_px = {font.height},',
        f'    .row_bytes = {row_bytes},',
        f'    .glyph_count = {len(glyphs)},',
        f'    .range_count = {len(ranges)},',
        '    .bits = bits,', '    .ranges = ranges,', '    .glyphs = glyphs,', '};', ''])


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    path, name = pathlib.Path(sys.argv[1]), sys.argv[2]
    try:
        text = c_source(read_font(path), name, pathlib.Path(sys.argv[3]).read_text('utf-8'))
        pathlib.Path(sys.argv[4]).write_text(text, 'utf-8')
    except Broken as why:
        sys.exit(f'font: {path} {why}')
    except (OSError, EOFError, zlib.error) as error:
        sys.exit(f'font: {path}: {error}')


if __name__ == '__main__':
    main()
