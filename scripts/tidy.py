#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks what the style asks beyond layout, so that no reviewer has to.

    tidy.py [TOP]      the source tree at TOP, by default the one this script is in

Prints `file:line: what is wrong` for each finding, and fails if there is any. Each rule is one
function below; tests/tidy shows what each of them catches.
"""
import ast
import os
import pathlib
import re
import subprocess
import sys

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
COLUMNS_MAX = 100
SPDX = 'SPDX-License-Identifier: MIT OR Apache-2.0'
SPDX_WITHIN_LINES = 80  # in headers it closes the head comment
INLINE_LINES_MAX = 8  # of a function in a header that needs no words beside its code

FREESTANDING = {f'{name}.h' for name in ('float', 'iso646', 'limits', 'stdalign', 'stdarg',
                                         'stdbool', 'stddef', 'stdint', 'stdnoreturn')}
# Who may include whose headers: kernel's public ones count as `mn`.
ARROWS = {
    'kernel': {'kernel', 'mn'},
    'devices': {'devices'},
    'hal-sim': {'hal-sim', 'devices', 'mn'},
    'common': {'common', 'mn'},
    'sim': {'sim', 'hal-sim', 'devices', 'common', 'mn'},
    'tools': {'tools', 'common', 'mn'},
    'bsp': {'bsp', 'mn'},
}
LIBRARIES = {  # and who may use which library
    'uv.h': {'devices', 'hal-sim', 'sim', 'tests', 'tools'},
    'png.h': {'devices'},
    'SDL': {'devices', 'tests'},
    'cJSON.h': {'sim', 'tests', 'tools'},
    'cjson/': {'sim', 'tests', 'tools'},
    'ncurses': {'tools'},
}


def part_of(name):
    """The part of the tree a file belongs to: its first folder, or what tools share."""
    return 'common' if name.startswith('tools/common/') else name.split('/')[0]


class File:
    """One file of the tree: its lines, and for C the same with comments and strings blanked."""

    def __init__(self, top, name):
        self.name = name
        self.top = part_of(name)
        self.text = (top / name).read_text(encoding='utf-8')
        self.lines = self.text.split('\n')
        self.is_header = name.endswith('.h')
        self.is_c = self.is_header or name.endswith('.c')
        self.is_python = name.endswith('.py')
        self.code = blanked(self.text).split('\n') if self.is_c else []


def is_source(top, name):
    """Whether the rules are about this file: C, Python, shell, and what meson reads."""
    path = top / name
    if not path.is_file() or path.is_symlink():
        return False
    if name.endswith(('.c', '.h', '.py', '.sh', '/meson.build', '.ld', '.S')):
        return True
    if name in ('meson.build', 'meson_options.txt'):
        return True
    with path.open('rb') as file:
        return file.read(2) == b'#!'


def tree_files(top):
    """The names of the tree's files, as git knows them, else all but hidden and build folders."""
    if (top / '.git').exists():
        listed = subprocess.run(['git', '-c', f'safe.directory={top}', 'ls-files', '--cached',
                                 '--others', '--exclude-standard'],
                                cwd=top, capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            return sorted(set(listed.stdout.split('\n')) - {''})
    names = []
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders
                      if not name.startswith(('build', '.', '__')) or name == '.ci']
        names += [os.path.relpath(os.path.join(folder, name), top) for name in files]
    return sorted(names)


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blanked(text):
    """The text with comments, strings, #defines and other directives as blanks."""
    def blank(match):
        token = match.group(0)
        inner = re.sub(r'[^\n]', ' ', token)
        return token[0] + inner[1:-1] + token[0] if token[0] in '"\'' else inner

    text = TOKEN.sub(blank, text)
    return re.sub(r'^[ \t]*#(?:.*\\\n)*.*$', lambda match: re.sub(r'[^\n]', ' ', match.group(0)),
                  text, flags=re.M)


def functions(file):
    """(name, first, last) of each function body, as line indexes of its signature and `}`."""
    start = None
    for index, line in enumerate(file.code):
        if start is None and line.startswith('{'):
            start = index
            while start > 0 and file.code[start - 1].strip() and \
                    not file.code[start - 1].rstrip().endswith((';', '}')):
                start -= 1
        elif start is not None and line.startswith('}'):
            signature = ' '.join(file.code[start:index])
            name = re.search(r'(\w+)\s*\(', signature)
            yield name.group(1) if name else '?', start, index
            start = None


def check_lines(file):
    """No line is too wide, holds a tab, or ends in blanks; the file is not too long."""
    count = len(file.lines) - (file.lines[-1] == '')
    if count > FILE_LINES_MAX:
        yield count, f'{count} lines, at most {FILE_LINES_MAX}'
    for number, line in enumerate(file.lines, 1):
        if len(line) > COLUMNS_MAX:
            yield number, f'{len(line)} columns, at most {COLUMNS_MAX}'
        if '\t' in line:
            yield number, 'a tab'
        if line != line.rstrip():
            yield number, 'blanks at the end of the line'


def check_ending(file):
    """The last line ends, and only once."""
    if file.text and (not file.text.endswith('\n') or file.text.endswith('\n\n')):
        yield len(file.lines), 'a file ends with one newline'


def check_license(file):
    """Every file says under which terms it comes."""
    if file.text and SPDX not in '\n'.join(file.lines[:SPDX_WITHIN_LINES]):
        yield 1, f'no line with {SPDX}'


def check_todo(file):
    """What is left to do has an issue."""
    for number, line in enumerate(file.lines, 1):
        for match in re.finditer(r'\b(TO' r'DO|FIX' r'ME|XX' r'X)\b(\(#\d+\))?', line):
            if match.group(1) != 'TO' 'DO' or not match.group(2):
                yield number, f'{match.group(1)} without its issue: write TO' 'DO(#n)'


def check_function_length(file):
    """A function fits on a screen."""
    if file.is_python:
        bodies = [(node.name, node.lineno - 1, node.end_lineno - 1)
                  for node in ast.walk(ast.parse(file.text))
                  if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    else:
        bodies = functions(file)
    for name, first, last in bodies:
        count = last - first + 1
        if count > FUNCTION_LINES_MAX:
            yield first + 1, f'{name}: {count} lines, at most {FUNCTION_LINES_MAX}'


def check_coroutines(file):
    """Between MN_CO_BEGIN and MN_CO_END stands neither `switch` nor a bare `return`."""
    if file.name.startswith('tests/must_not_compile/'):
        return  # the compilers themselves must refuse these
    for name, first, last in functions(file):
        inside = False
        for index in range(first, last + 1):
            line = file.code[index]
            inside = inside or 'MN_CO_BEGIN' in line
            if 'MN_CO_END' in line:
                inside = False
            if not inside:
                continue
            if re.search(r'\bswitch\b', line):
                yield index + 1, f'{name}: switch in a coroutine: an await inside it would not ' \
                    'come back'
            if re.search(r'\breturn\b', line):
                yield index + 1, f'{name}: bare return in a coroutine: MN_RETURN sets the error'
        if inside:
            yield last + 1, f'{name}: MN_CO_BEGIN without MN_CO_END'


def includes(file):
    """(number, what, whether it is quoted) of each #include."""
    for number, line in enumerate(file.lines, 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def place_of(file, what, names):
    """The part of the tree a quoted include comes from (`mn` for public headers), or None."""
    if what.startswith('mn/'):
        return 'mn'
    beside = os.path.normpath(os.path.join(os.path.dirname(file.name), what))
    if beside in names:
        return part_of(beside)
    places = {part_of(name) for name in names if ('/' + name).endswith('/' + what)}
    return file.top if file.top in places else min(places, default=None)


def check_arrows(file, names):
    """Includes point the way the layers do."""
    for number, what, is_quoted in includes(file):
        for library, users in LIBRARIES.items():
            if what.startswith(library) and file.top not in users:
                yield number, f'{what}: only {", ".join(sorted(users))} may use it'
        if file.top not in ARROWS:
            continue
        if not is_quoted:
            if file.top == 'kernel' and what not in FREESTANDING:
                yield number, f'<{what}>: the kernel has only freestanding headers'
            continue
        place = place_of(file, what, names)
        if file.name.startswith('kernel/include/') and place != 'mn':
            yield number, f'"{what}": a public header includes only "mn/..."'
        elif place is None and file.top in ('kernel', 'devices'):
            yield number, f'"{what}": no such header in the tree'
        elif place is not None and place not in ARROWS[file.top]:
            yield number, f'"{what}": {file.top} may not know {place}'


def check_board(file):
    """Only the board knows both the devices and the services."""
    if file.top != 'sim' or re.match(r'sim/board\w*\.[ch]$', file.name):
        return
    whats = [(number, what) for number, what, _ in includes(file)]
    services = [number for number, what in whats if what.startswith('mn/svc/')]
    devices = [number for number, what in whats if what.startswith('devices/')]
    if services and devices:
        yield max(services + devices), 'devices and services meet in sim/board.c only'


DECLARES = re.compile(r'^(?!typedef\b|(?:struct|enum|union) [^()]*\{|_Static_assert|[A-Z0-9_]+\()'
                      r'[A-Za-z_][\w\s*]*?\**(\w+)\([^;{]*\)[^;{=]*[;{]?', re.S)
IS_PLAIN = re.compile(r'\bvoid\s+\w+_(?:init|finish)$|\bbool\s+\w*(?:_is_|_has_)\w+$')


def groups(file):
    """(first, last) line indexes of runs of lines without a blank line between."""
    start = None
    for index, line in enumerate([*file.lines, '']):
        if line.strip() and start is None:
            start = index
        elif not line.strip() and start is not None:
            yield start, index - 1
            start = None


def declarations(file, first, last):
    """(index, name, is_inline, is_plain) of each function declared in a group, brace depth 0."""
    depth, statement, begun = 0, '', None
    for index in range(first, last + 1):
        line = file.code[index]
        if depth == 0 and line.strip():
            begun = index if not statement else begun
            statement += line + '\n'
            if re.search(r'[;{]\s*$', statement) or line.startswith('{'):
                match = DECLARES.match(statement)
                if match:
                    head = statement[:match.end(1)]
                    yield begun, match.group(1), '{' in statement, bool(IS_PLAIN.search(head))
                statement = ''
        depth += line.count('{') - line.count('}')


def check_header_comments(file):
    """Every group of functions in a public header begins with a comment. What says all itself needs
    none: short inline functions, `init` and `finish` that cannot fail, questions."""
    if not file.is_header or not file.name.startswith(('kernel/include/', 'devices/', 'hal-sim/')):
        return
    bodies = {name: last - first + 1 for name, first, last in functions(file)}
    for first, last in groups(file):
        for index, name, is_inline, is_plain in declarations(file, first, last):
            is_short = is_inline and bodies.get(name, 0) <= INLINE_LINES_MAX
            above = '\n'.join(file.lines[first:index])
            is_told = '*/' in above or '/*' in file.lines[index]
            if not (is_told or is_short or is_plain):
                yield index + 1, f'{name}: no comment above it'


def check_is_alive(file, included, manifests):
    """Every C source is named by a meson.build above it, every header included by somebody; the
    kernel's public ones are for others to include."""
    if file.name.endswith('.c'):
        for folder, text in manifests.items():
            if not file.name.startswith(folder):
                continue
            stem = file.name[len(folder):-2]
            plain = re.sub(r'(^|/)test_', r'\1', stem)
            if any(f"'{word}'" in text for word in (stem + '.c', stem, plain)):
                return
        yield 1, 'in no meson.build: a dead file'
    elif file.is_header and not file.name.startswith('kernel/include/'):
        if os.path.basename(file.name) not in included:
            yield 1, 'included by nobody: a dead file'


PER_FILE = (check_lines, check_ending, check_license, check_todo)
PER_C_FILE = (check_function_length, check_coroutines, check_header_comments, check_board)


def findings(top):
    """Every finding of the tree as (name, line number, what)."""
    names = [name for name in tree_files(top) if is_source(top, name)]
    files = [File(top, name) for name in names]
    manifests = {file.name[:-len('meson.build')]: file.text for file in files
                 if file.name.endswith('meson.build')}
    included = {os.path.basename(what) for file in files if file.is_c
                for _, what, _ in includes(file)}
    for file in files:
        checks = [check(file) for check in PER_FILE]
        if file.is_c:
            checks += [check(file) for check in PER_C_FILE]
            checks += [check_arrows(file, names),
                       check_is_alive(file, included, manifests)]
        elif file.is_python:
            checks.append(check_function_length(file))
        for check in checks:
            for number, what in check:
                yield file.name, number, what


def main():
    default = pathlib.Path(__file__).resolve().parent.parent
    top = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else default
    found = sorted(findings(top))
    for name, number, what in found:
        print(f'{name}:{number}: {what}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
