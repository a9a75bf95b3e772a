#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The pages name nothing that is not there: links, headings, files, commands, options, keys.
Speaks TAP.

    test_docs.py TOP MELPO
"""
import pathlib
import re
import subprocess
import sys

FENCE = re.compile(r'^```.*?^```$', re.M | re.S)
LINK = re.compile(r'\]\(([^)\s]+)\)')
FOLDERS = 'kernel|devices|hal-sim|host|sim|configs|scripts|tests|docs|tools|bsp'
FILE = re.compile(rf'`((?:{FOLDERS})/[\w./-]*\w)`')
HEADER = re.compile(r'`(mn/[\w/]+\.h)`')
COMMAND = re.compile(r'scripts/dev ([a-z][a-z-]*)')
OPTION = re.compile(r'\./melpo\b[^\n`]*')
NOT_YET = {'kernel/include/mn/svc/thermometer.h', 'kernel/services/thermometer.c',
           'tests/unit/test_thermometer.c'}  # what the newcomer's page makes


def anchors(text):
    """The names by which headings can be linked to."""
    for heading in re.findall(r'^#+ (.*)$', FENCE.sub('', text), re.M):
        yield re.sub(r'[^\w -]', '', heading.lower()).replace(' ', '-')


def dead_links(top, page, text):
    for link in LINK.findall(FENCE.sub('', text)):
        if re.match(r'\w+:', link):
            continue
        name, _, anchor = link.partition('#')
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f'{link}: no such file'
        elif anchor and anchor not in anchors(target.read_text('utf-8')):
            yield f'{link}: no such heading'


def dead_files(top, page, text):
    names = [name for name in FILE.findall(text) if name not in NOT_YET]
    names += [f'kernel/include/{name}' for name in HEADER.findall(text)]
    for name in names:
        if not (top / name).exists() and '<' not in name:
            yield f'{name}: no such file'


def dead_commands(top, page, text):
    dev = (top / 'scripts' / 'dev').read_text('utf-8')
    for name in COMMAND.findall(text):
        if f'\ncmd_{name}()' not in dev:
            yield f'scripts/dev {name}: no such command'


def dead_options(melpo):
    usage = ''.join(subprocess.run([melpo, *words], capture_output=True, text=True,
                                   check=True).stdout
                    for words in (['--help'], ['test', '--help']))

    def check(top, page, text):
        for line in OPTION.findall(text):
            for option in re.findall(r'(?<=\s)--[a-z-]+', line):
                if option not in usage:
                    yield f'melpo {option}: no such option'
    return check


def stale_keys(top, page, text):
    done = subprocess.run([top / 'scripts' / 'config_doc.py', '--check'], capture_output=True,
                          text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def stale_steps(melpo):
    """docs/testing.md ends with what --list-steps prints."""
    def check(top, page, text):
        text = (top / 'docs' / 'testing.md').read_text('utf-8')
        shown = text[text.index('<!-- steps -->\n'):text.index('<!-- end of steps -->')]
        said = subprocess.run([melpo, 'test', '--list-steps'], capture_output=True, text=True,
                              check=True).stdout
        wanted = ''.join(f'    {line}'.rstrip() + '\n' for line in said.splitlines())
        if shown != f'<!-- steps -->\n\n{wanted}\n':
            yield 'docs/testing.md: other steps than melpo test --list-steps prints'
    return check


def stale_words(top, page, text):
    done = subprocess.run([top / 'scripts' / 'forth_doc.py', '--check'], capture_output=True,
                          text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def main():
    top = pathlib.Path(sys.argv[1]).resolve()
    pages = sorted([*top.glob('*.md'), *top.glob('docs/**/*.md')])
    rules = {'links lead somewhere': dead_links, 'files exist': dead_files,
             'commands exist': dead_commands, 'options exist': dead_options(sys.argv[2])}
    cases = [(f'{page.relative_to(top)}: {what}', rule, page)
             for page in pages for what, rule in rules.items()]
    cases.append(('configuration.md has the keys of the schema', stale_keys, top))
    cases.append(('testing.md has the steps of the program', stale_steps(sys.argv[2]), top))
    cases.append(('forth.md has the words of the sources', stale_words, top))
    print(f'1..{len(cases)}')
    failed = 0
    for number, (what, rule, page) in enumerate(cases, 1):
        text = page.read_text('utf-8') if page.is_file() else ''
        found = list(rule(top, page, text))
        failed += bool(found)
        print(f'{"not ok" if found else "ok"} {number} - {what}')
        for line in found:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
