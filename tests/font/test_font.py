#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""What scripts/font.py makes of console fonts, good and bad. Speaks TAP.

    test_font.py FONT_SCRIPT
"""
import gzip
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

A, B = bytes(range(16)), bytes(range(16, 32))  # two glyphs of 8 by 16
UNUSED = bytes(16)


def psf1(table, glyphs=(A, UNUSED, B)):
    rows = b''.join(glyphs).ljust(256 * 16, b'\0')
    return b'\x36\x04\x02\x10' + rows + struct.pack(f'<{len(table)}H', *table)


def psf2(table, glyphs=(A, UNUSED, B), width=8, height=16, size=16, flags=1):
    head = struct.pack('<8I', 0x864ab572, 0, 32, flags, len(glyphs), size, height, width)
    return head + b''.join(glyphs) + table


def convert(script, data):
    """(exit status, what it said, what it wrote)."""
    with tempfile.TemporaryDirectory() as place:
        font, terms = pathlib.Path(place, 'some.psf'), pathlib.Path(place, 'LICENSE')
        output = pathlib.Path(place, 'font.c')
        font.write_bytes(data)
        terms.write_text('These are\n\nthe terms.\n', 'utf-8')
        done = subprocess.run([script, font, 'Some 8x16', terms, output], text=True, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True)
        said = (done.stdout + done.stderr).replace(str(font), 'some.psf')
        return done.returncode, said, output.read_text('utf-8') if output.exists() else ''


def numbers(text, name):
    """What stands in the table of that name."""
    table = re.search(rf' {name}\[.*?\] = {{\n(.*?)}};', text, re.S)
    return [int(word, 0) for word in re.findall(r'\w+', table.group(1))]


def is_converted(script, data):
    """Two glyphs and the box; a and b have the first, U+2500 the other."""
    status, _, text = convert(script, data)
    bits = numbers(text, 'bits') if status == 0 else []
    return status == 0 and len(bits) == 3 * 16 and bytes(bits[16:]) == A + B and \
        numbers(text, 'ranges') == [0x61, 2, 0, 0x2500, 1, 2] and \
        numbers(text, 'glyphs') == [1, 1, 2] and ' * the terms.\n' in text and \
        'const struct mn_font mn_font_some_8x16 = {' in text


def is_refused(script, data, why):
    status, said, text = convert(script, data)
    return status == 1 and said == f'font: some.psf {why}\n' and text == ''


GOOD = {
    'version 1': psf1([0x61, 0x62, 0xffff, 0xffff, 0x2500, 0xffff]),
    'version 1, with sequences that are left out':
        psf1([0x61, 0x62, 0xfffe, 0x61, 0x301, 0xffff, 0xffff, 0x2500, 0xffff]),
    'version 2': psf2('ab'.encode() + b'\xff\xff' + '─'.encode() + b'\xff'),
    'version 2, with sequences that are left out':
        psf2('ab'.encode() + b'\xfeae\xcc\x81\xff\xff' + '─'.encode() + b'\xff'),
}
BAD = {
    'nothing': (b'', 'is no PSF font'),
    'another file': (b'STARTFONT 2.1\n', 'is no PSF font'),
    'a head cut off': (psf2(b'')[:20], None),
    'glyphs cut off': (psf1([0x61, 0xffff])[:12], 'has no characters'),
    'glyphs cut off in version 2': (psf2(b'', glyphs=(A[:3],)), 'has no characters'),
    'a table longer than the font': (psf1([0xffff] * 256 + [0x61, 0xffff]), 'is damaged: '
                                     'its table is of glyphs that it does not have'),
    'no table': (psf2(b'', flags=0), 'has no Unicode table'),
    'no table in version 1': (b'\x36\x04\x00\x10', 'has no Unicode table'),
    'too wide': (psf2(b'a\xff', glyphs=(bytes(80),), width=33, size=80),
                 'has glyphs of 33 by 16 pixels; up to 32 go'),
    'sizes that do not fit': (psf2(b'a\xff', size=15),
                              'has glyphs of 8 by 16 pixels in 15 bytes'),
}


def main():
    script = sys.argv[1]
    cases = [(f'{what} is converted', is_converted(script, data)) for what, data in GOOD.items()]
    cases += [(f'{what}, gzipped, is converted', is_converted(script, gzip.compress(data)))
              for what, data in GOOD.items()]
    for what, (data, why) in BAD.items():
        if why:
            cases.append((f'{what} is refused', is_refused(script, data, why)))
        else:
            status, said, _ = convert(script, data)
            cases.append((f'{what} is refused',
                          status == 1 and said.startswith('font: some.psf is damaged')))
    status, said, _ = convert(script, gzip.compress(psf1([0x61, 0xffff]))[:40])
    cases.append(('a gzipped file cut off is refused',
                  status == 1 and said.startswith('font: some.psf') and said.count('\n') == 1))
    print(f'1..{len(cases)}')
    for number, (what, is_good) in enumerate(cases, 1):
        print(f'{"ok" if is_good else "not ok"} {number} - {what}')
    return 0 if all(is_good for _, is_good in cases) else 1


if __name__ == '__main__':
    sys.exit(main())
