#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes what is said about Forth words in more than one place from where it is said first.

    forth_doc.py [--check]       --check changes nothing and fails if anything would change

The words of the machine come from the tables in kernel/shell/word_table.h and, those for drawing,
kernel/shell/screen_words.c, the built-in ones from kernel/forth/words.txt. They make the lists of
docs/forth.md, whose other text is the author's, and the built-in ones kernel/shell/builtin_help.c,
which is what `help dup` answers from.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / 'docs' / 'forth.md'
HELP = ROOT / 'kernel' / 'shell' / 'builtin_help.c'
LIST = re.compile(r'(?<=^<!-- words -->\n).*(?=^<!-- end of words -->$)', re.M | re.S)
STRING = r'"((?:[^"\\]|\\.)*)"'


def unquoted(text):
    """A C string's content."""
    return re.sub(r'\\(.)', r'\1', text)


def machine_words():
    return words_of('word_table.h', 'MACHINE_WORDS') + words_of('screen_words.c', 'SCREEN_WORDS')


def words_of(name, macro):
    source = (ROOT / 'kernel/shell' / name).read_text('utf-8')
    table = source[source.index(f'#define {macro}(X)'):]
    table = table[:table.index('\n\n')].replace('\\\n', ' ')
    entry = re.compile(rf'X\({STRING},\s*\w+,\s*\d+,\s*\d+,\s*{STRING},\s*{STRING}\)')
    rows = [tuple(map(unquoted, match)) for match in entry.findall(table)]
    assert len(rows) == table.count('X("'), f'an entry of {macro} does not look like the others'
    return rows


def builtin_words():
    """Pairs of a group's title and its words: name, stack effect, text."""
    groups = []
    for line in (ROOT / 'kernel/forth/words.txt').read_text('utf-8').splitlines():
        word = re.fullmatch(r'(\S+) (\( .*? \)) (.*)', line)
        if word and groups:
            groups[-1][1].append(word.groups())
        elif line.endswith(':') and not line.startswith('#'):
            groups.append((line[:-1], []))
    return groups


def cell(text):
    return text.replace('|', '\\|')


def table(words):
    lines = ['', '| word | stack | what it does |', '| --- | --- | --- |']
    return lines + [f'| `{cell(name)}` | `{cell(effect)}` | {cell(text)} |'
                    for name, effect, text in words] + ['']


def lists():
    lines = ['', '### Of the machine', *table(machine_words())]
    for title, words in builtin_words():
        lines += [f'### {title[0].upper() + title[1:]}', *table(words)]
    return '\n'.join(lines) + '\n'


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def help_source():
    lines = ['/* builtin_help.c — a line about each built-in word, made by scripts/forth_doc.py.',
             ' *',
             ' * SPDX-License-Identifier: MIT OR Apache-2.0', ' */', '#include "shell/words.h"', '',
             'const char *const mn_builtin_help[] = {']
    for _, words in builtin_words():
        for name, effect, text in words:
            whole = f'    {quoted(f"{name} {effect} {text}")},'
            if len(whole) <= 100:
                lines.append(whole)
            else:
                lines += [f'    {quoted(f"{name} {effect} ")}', f'    {quoted(text)},']
    return '\n'.join([*lines, '    NULL,', '};', ''])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--check', action='store_true', help='change nothing')
    check = parser.parse_args().check
    fresh = {PAGE: LIST.sub(lambda _: lists(), PAGE.read_text('utf-8')), HELP: help_source()}
    stale = [path for path, text in fresh.items()
             if not path.exists() or path.read_text('utf-8') != text]
    if check:
        for path in stale:
            print(f'{path.name} has not the words of the sources: run scripts/forth_doc.py')
        return len(stale)
    for path in stale:
        path.write_text(fresh[path], 'utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
