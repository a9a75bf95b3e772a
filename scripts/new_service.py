#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes a new service: header, server and test, from scripts/templates, each in its place and in
its list of sources.

    new_service.py NAME       lower case letters, digits and single underscores: rain_gauge
"""
import pathlib
import re
import shutil
import subprocess
import sys
import uuid

from page_code import add_to_list

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / 'scripts' / 'templates'
PLACES = {
    'service.h.in': 'kernel/include/mn/svc/{}.h',
    'service.c.in': 'kernel/services/{}.c',
    'test.c.in': 'tests/unit/test_{}.c',
}
LISTS = [
    ('kernel/meson.build', 'kernel_sources', "  'services/{}.c',"),
    ('tests/unit/meson.build', 'unit_tests', "  '{}',"),
]
NAME_CHARS_MAX = 16  # longer ones push lines past 100 columns


def uuid_words(value):
    """A UUID as MN_UUID takes it: 32, 16, 16, 16 and 48 bits."""
    parts = str(value).split('-')
    words = [f'0x{part}' for part in parts]
    return ', '.join([*words[:4], f'UINT64_C({words[4]})'])


def filled(template, name):
    words = {'name': name, 'NAME': name.upper(), 'words': name.replace('_', ' '),
             'uuid': uuid_words(uuid.uuid4())}
    return re.sub(r'@(\w+)@', lambda match: words[match.group(1)], template)


def align(paths):
    """Lines that go on below an opening parenthesis begin there, whatever the name's length."""
    if shutil.which('clang-format'):
        subprocess.run([ROOT / 'scripts' / 'format.py', *paths], check=True,
                       stdout=subprocess.DEVNULL)


def trouble_with(name):
    """Why the name will not do, or None."""
    if not re.fullmatch(r'[a-z][a-z0-9]*(_[a-z0-9]+)*', name) or len(name) > NAME_CHARS_MAX:
        return (f'"{name}": a name has lower case letters, digits and single underscores, begins '
                f'with a letter, and has at most {NAME_CHARS_MAX} characters: rain_gauge')
    headers = [*ROOT.glob('kernel/include/mn/**/*.h')]
    taken = [path for path in headers if re.search(rf'\bmn_{name}\b', path.read_text('utf-8'))]
    taken += [path for path in (ROOT / place.format(name) for place in PLACES.values())
              if path.exists()]
    if taken:
        return f'"{name}": the name is taken in {taken[0].relative_to(ROOT)}'
    return None


def main():
    if len(sys.argv) != 2:
        sys.exit('usage: scripts/dev new-service NAME')
    name = sys.argv[1]
    trouble = trouble_with(name)
    if trouble:
        sys.exit(f'new-service: {trouble}')
    for template, place in PLACES.items():
        path = ROOT / place.format(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled((TEMPLATES / template).read_text('utf-8'), name), 'utf-8')
        print(f'wrote   {path.relative_to(ROOT)}')
    align([ROOT / place.format(name) for place in PLACES.values()])
    for file, which, line in LISTS:
        path = ROOT / file
        path.write_text(add_to_list(path.read_text('utf-8'), which, line.format(name)), 'utf-8')
        print(f'listed  in {file}')
    print(f'next    scripts/dev test {name}')


if __name__ == '__main__':
    main()
