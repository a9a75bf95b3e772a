#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Takes the code out of a page, so that what people read is what is compiled.

    page_code.py --into DIR       write every block marked file=PATH to DIR/PATH
    page_code.py --follow TREE    the same into a source tree, and add to its files what the
                                  blocks marked add=PATH say
    page_code.py --output PATH    print the block marked output=PATH

A block begins with three backquotes, its language and its marks. add=PATH list=NAME puts each of
its lines into the meson list of that name, in alphabetical order; without list= they go to the
end of the file. --page FILE chooses another page than docs/your-first-service.md.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / 'docs' / 'your-first-service.md'
BLOCK = re.compile(r'^```(\w+)((?: \w+=\S+)+)\n(.*?)^```$', re.M | re.S)


def blocks(page):
    """(marks, text) of each marked block, in the order of the page."""
    for match in BLOCK.finditer(page):
        yield dict(mark.split('=', 1) for mark in match.group(2).split()), match.group(3)


def write_if_other(path, text):
    """Leaves a file alone that holds the text already, so that nothing is built again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding='utf-8') != text:
        path.write_text(text, encoding='utf-8')


def add_to_list(text, name, line):
    """`text` with `line` in its list `name = [` or `name = files(`, where the alphabet puts it."""
    lines = text.split('\n')
    if line in lines:
        return text
    begins = next((number for number, each in enumerate(lines)
                   if re.match(rf'{name} = (files\(|\[)$', each)), None)
    if begins is None:
        raise SystemExit(f'page_code: no list {name}')
    place = begins + 1
    while lines[place].startswith('  ') and lines[place] < line:
        place += 1
    return '\n'.join([*lines[:place], line, *lines[place:]])


def add(path, marks, block):
    text = path.read_text(encoding='utf-8')
    for line in block.rstrip('\n').split('\n'):
        if 'list' in marks:
            text = add_to_list(text, marks['list'], line)
        elif line not in text.split('\n'):
            text += line + '\n'
    write_if_other(path, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--page', type=pathlib.Path, default=PAGE)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('--into', type=pathlib.Path, metavar='DIR')
    what.add_argument('--follow', type=pathlib.Path, metavar='TREE')
    what.add_argument('--output', metavar='PATH')
    options = parser.parse_args()

    found = False
    for marks, text in blocks(options.page.read_text(encoding='utf-8')):
        if options.output:
            if marks.get('output') == options.output:
                sys.stdout.write(text)
                found = True
        elif 'file' in marks:
            write_if_other((options.into or options.follow) / marks['file'], text)
            found = True
        elif 'add' in marks and options.follow:
            add(options.follow / marks['add'], marks, text)
    if not found:
        raise SystemExit(f'page_code: nothing of the kind in {options.page}')


if __name__ == '__main__':
    main()
