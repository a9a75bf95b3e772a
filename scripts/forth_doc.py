#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes the word lists of docs/forth.md from the sources of the words.

    forth_doc.py [--check]       --check changes nothing and fails if anything would change

The words of the machine come from the table in kernel/shell/words.c, the built-in ones from
kernel/forth/words.h, in the groups of their comments there. The rest of the page is the author's.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / 'docs' / 'forth.md'
LIST = re.compile(r'(?<=^<!-- words -->\n).*(?=^<!-- end of words -->$)', re.M | re.S)
STRING = r'"((?:[^"\\]|\\.)*)"'


def unquoted(text):
    """A C string's content."""
    return re.sub(r'\\(.)', r'\1', text)


def machine_words():
    source = (ROOT / 'kernel/shell/words.c').read_text('utf-8')
    table = source[source.index('#define WORDS(X)'):]
    table = table[:table.index('static')].replace('\\\n', ' ')
    entry = re.compile(rf'X\({STRING},\s*\w+,\s*\d+,\s*\d+,\s*{STRING},\s*{STRING}\)')
    rows = [tuple(map(unquoted, match)) for match in entry.findall(table)]
    assert len(rows) == table.count('X("'), 'an entry of WORDS does not look like the others'
    return rows


def builtin_words():
    """Pairs of a group's title and its names."""
    source = (ROOT / 'kernel/forth/words.h').read_text('utf-8')
    source = source[source.index('#define D'):]
    groups = []
    token = re.compile(rf'/\*(.*?)\*/|\b[PC]\(\w+,\s*{STRING},[^)]*,\s*(\w+)\)', re.S)
    for comment, name, flags in token.findall(source):
        if comment:
            groups.append((' '.join(comment.split()), []))
        elif flags != 'H' and groups:
            groups[-1][1].append(unquoted(name))
    return [(title, names) for title, names in groups if names]


def cell(text):
    return text.replace('|', '\\|')


def lists():
    lines = ['', '### Of the machine', '', '| word | stack | what it does |', '| --- | --- | --- |']
    lines += [f'| `{cell(name)}` | `{cell(effect)}` | {cell(text)} |'
              for name, effect, text in machine_words()]
    lines += ['', '### Of the language', '']
    for title, names in builtin_words():
        shown = ' '.join(f'`` {name} ``' if '`' in name else f'`{name}`' for name in names)
        lines += [f'**{title[0].upper() + title[1:]}:** {shown}', '']
    return '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--check', action='store_true', help='change nothing')
    check = parser.parse_args().check
    page = PAGE.read_text('utf-8')
    fresh = LIST.sub(lambda _: lists(), page)
    if fresh == page:
        return 0
    if check:
        print('docs/forth.md has not the words of the sources: run scripts/forth_doc.py')
        return 1
    PAGE.write_text(fresh, 'utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
