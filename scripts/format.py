#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Lays out C as .clang-format says, and leaves alone what people lay out better by hand.

    format.py [--check] [FILE...]      without files, all C of the tree

By hand are macros, tables, headers that are fragments, columns within lines, and where a long
expression or list breaks. --check changes nothing, prints what would change, and fails if
anything would.
"""
import argparse
import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OFF, ON = '// clang-format off', '// clang-format on'
BY_HAND = [  # how what is left alone begins and ends
    (r'\s*#\s*define\b', r'(?<!\\)$'),
    (r'.*=\s*\{$', r'^\s*\}\)*;'),
    (r'\s*enum\b[^()]*\{', r'\}'),
    (r'\s*/\* clang-format off', r'/\* clang-format on'),
]


def c_files():
    listed = subprocess.run(
        ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '*.c', '*.h'],
        cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split('\n') if name and (ROOT / name).exists()]


def shield(lines):
    """The same lines with every #define, table and enum between OFF and ON: clang-format 14 takes
    an enum for an initializer."""
    shielded, end = [], None
    for line in lines:
        begins = next((last for first, last in BY_HAND if re.match(first, line)), None)
        if end is None and begins:
            shielded.append(OFF)
            end = begins
        shielded.append(line)
        if end and re.search(end, line):
            shielded.append(ON)
            end = None
    return shielded


def formatted(lines):
    done = subprocess.run(['clang-format', f'--style=file:{ROOT}/.clang-format',
                           '--assume-filename=tree.c'], input='\n'.join(shield(lines)) + '\n',
                          capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.strip() not in (OFF, ON)]


def by_rule(line):
    """What of a line is a matter of rule: all but columns, and two blanks that clang-format 14
    adds, behind a cast and where it reads C as C++."""
    indent = len(line) - len(line.lstrip())
    rest = re.sub(' +', ' ', line[indent:]).replace(') ~', ')~')
    return line[:indent] + re.sub(r'(\bclass) (\+\+|--)', r'\1\2', rest)


def breaks(lines):
    """Where the lines break, as offsets in their text without blanks; and that text."""
    places, text = set(), ''
    for line in lines:
        text += re.sub(r'\s', '', line)
        places.add(len(text))
    return places, text


def is_choice(lines, ruled):
    """Whether two layouts differ only in where an expression or a list breaks."""
    old, text = breaks(lines)
    new, ruled_text = breaks(ruled)
    return text != '' and old != new and text == ruled_text and all(
        text[place - 1] in ',=|&+-*/?:(' or text[place] in '?:' for place in old ^ new)


def is_fragment(path, text):
    """Whether a header is a list of macro calls or the like, to be included more than once."""
    return path.suffix == '.h' and not re.search(r'^#ifndef \w+_H_?$', text, re.M)


def laid_out(lines):
    """The lines as they should be: an author's line stays wherever the rule agrees with it."""
    ruled = formatted(lines)
    matcher = difflib.SequenceMatcher(None, [by_rule(line) for line in lines],
                                      [by_rule(line) for line in ruled], autojunk=False)
    result = []
    for kind, start, end, ruled_start, ruled_end in matcher.get_opcodes():
        mine, theirs = lines[start:end], ruled[ruled_start:ruled_end]
        result += mine if kind == 'equal' or is_choice(mine, theirs) else theirs
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--check', action='store_true')
    parser.add_argument('files', nargs='*', type=lambda name: pathlib.Path(name).resolve())
    options = parser.parse_args()

    wrong = 0
    for path in options.files or c_files():
        text = path.read_text(encoding='utf-8')
        wanted = text.splitlines() if is_fragment(path, text) else laid_out(text.splitlines())
        if '\n'.join(wanted) + '\n' == text:
            continue
        wrong += 1
        if options.check:
            name = str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
            print('\n'.join(difflib.unified_diff(text.splitlines(), wanted, name, 'formatted',
                                                 lineterm='')))
        else:
            path.write_text('\n'.join(wanted) + '\n', encoding='utf-8')
    if options.check and wrong:
        print(f'{wrong} files differ: scripts/dev format')
    return 1 if options.check and wrong else 0


if __name__ == '__main__':
    sys.exit(main())
