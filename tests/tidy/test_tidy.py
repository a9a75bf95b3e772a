#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""What scripts/tidy.py catches and what it lets pass: each case is a small source tree and the
findings it must give, no more and no fewer. Speaks TAP."""
import pathlib
import subprocess
import sys
import tempfile

TIDY = pathlib.Path(__file__).resolve().parents[2] / 'scripts' / 'tidy.py'
SPDX = 'SPDX-License-Identifier: MIT OR Apache-2.0'
C = f'/* {SPDX} */\n'
HEADER = f'/* x.h — an x.\n *\n * {SPDX}\n */\n\n'
PUBLIC = 'kernel/include/mn/x.h'
LEFT = 'TO' + 'DO'  # so that tidy does not find it here


def function(lines):
    return 'void f(void)\n{\n' + '    g();\n' * (lines - 3) + '}\n'


def poll(body):
    return ('enum mn_poll f_poll(struct mn_co *co, struct mn_task *task)\n{\n    MN_CO_BEGIN;\n'
            f'    {body}\n    MN_CO_END;\n}}\n')


def kernel(text):
    return {'kernel/core/x.c': C + text}


def at(place, includes):
    """A file that includes, in a tree with one header in each layer."""
    tree = {name: C for name in ('kernel/core/inner.h', 'devices/wire.h', 'hal-sim/seam.h',
                                 'sim/options.h')}
    users = ''.join(f'#include "{name}"\n' for name in
                    ('core/inner.h', 'devices/wire.h', 'hal-sim/seam.h', 'sim/options.h'))
    return {**tree, 'tests/user.c': C + users,
            place: C + ''.join(f'#include {what}\n' for what in includes)}


CASES = [
    ('a tidy source passes', kernel('#include <stdint.h>\n#include "mn/x.h"\n\n' + function(9)),
     []),
    ('a function of 60 lines passes', kernel(function(60)), []),
    ('a function of 61 lines is too long', kernel(function(61)),
     ['kernel/core/x.c:2: f: 61 lines, at most 60']),
    ('a signature on two lines counts as two',
     kernel(function(60).replace('(void)', '(int a,\n       int b)')),
     ['kernel/core/x.c:2: f: 61 lines, at most 60']),
    ('braces in strings and comments end no function',
     kernel(function(60).replace('    g();\n', '    g("}"); /*\n}\n*/\n', 1)),
     ['kernel/core/x.c:2: f: 62 lines, at most 60']),
    ('a Python function has the same limit',
     {'scripts/x.py': f'# {SPDX}\ndef f():\n' + '    g()\n' * 60},
     ['scripts/x.py:2: f: 61 lines, at most 60']),
    ('a file of 501 lines is too long', kernel('int x;\n' * 500),
     ['kernel/core/x.c:501: 501 lines, at most 500']),
    ('a line of 100 characters passes, whatever its bytes',
     kernel('/* ' + '─' * 94 + ' */\n'), []),
    ('a line of 101 characters is too wide', kernel('/* ' + '-' * 95 + ' */\n'),
     ['kernel/core/x.c:2: 101 columns, at most 100']),
    ('a tab is found', kernel('\tint x;\n'), ['kernel/core/x.c:2: a tab']),
    ('blanks at the end of a line are found', kernel('int x; \n'),
     ['kernel/core/x.c:2: blanks at the end of the line']),
    ('a file without its last newline is found', kernel('int x;'),
     ['kernel/core/x.c:2: a file ends with one newline']),
    ('a source without a license line is found', {'kernel/core/x.c': 'int x;\n'},
     [f'kernel/core/x.c:1: no line with {SPDX}']),
    ('a script without a suffix needs one too', {'scripts/x': '#!/bin/bash\n'},
     [f'scripts/x:1: no line with {SPDX}']),
    ('what is left to do names its issue', kernel(f'/* {LEFT}(#12): x */\n/* {LEFT}: y */\n'),
     [f'kernel/core/x.c:3: {LEFT} without its issue: write {LEFT}(#n)']),

    ('a switch in a coroutine is found', kernel(poll('switch (x) { }')),
     ['kernel/core/x.c:5: f_poll: switch in a coroutine: an await inside it would not come back']),
    ('a bare return in a coroutine is found', kernel(poll('return MN_READY;')),
     ['kernel/core/x.c:5: f_poll: bare return in a coroutine: MN_RETURN sets the error']),
    ('returning by the macro, and the word in a comment or a string, pass',
     kernel(poll('MN_RETURN(MN_OK); /* return */ g("switch");')), []),
    ('outside of the coroutine both pass',
     kernel('int f(int x)\n{\n    switch (x) {\n    default:\n        return 1;\n    }\n}\n'), []),
    ('a coroutine that never ends is found',
     kernel('int f(void)\n{\n    MN_CO_BEGIN;\n}\n'),
     ['kernel/core/x.c:5: f: MN_CO_BEGIN without MN_CO_END']),

    ('the kernel includes its own headers', at('kernel/core/x.c', ['"core/inner.h"', '"mn/y.h"']),
     []),
    ('the kernel may not include a C library', at('kernel/core/x.c', ['<string.h>']),
     ['kernel/core/x.c:2: <string.h>: the kernel has only freestanding headers']),
    ('the kernel may not know a device', at('kernel/core/x.c', ['"devices/wire.h"']),
     ['kernel/core/x.c:2: "devices/wire.h": kernel may not know devices']),
    ('a public header may not show an inner one', at(PUBLIC, ['"core/inner.h"']),
     [f'{PUBLIC}:2: "core/inner.h": a public header includes only "mn/..."']),
    ('a device may not know the kernel', at('devices/x.c', ['"mn/base.h"', '<uv.h>']),
     ['devices/x.c:2: "mn/base.h": devices may not know mn']),
    ('the seam may not know the simulator', at('hal-sim/x.c', ['"sim/options.h"']),
     ['hal-sim/x.c:2: "sim/options.h": hal-sim may not know sim']),
    ('the simulator may not reach into the kernel', at('sim/x.c', ['"core/inner.h"']),
     ['sim/x.c:2: "core/inner.h": sim may not know kernel']),
    ('only devices use SDL', at('sim/x.c', ['<SDL2/SDL.h>']),
     ['sim/x.c:2: SDL2/SDL.h: only devices, tests may use it']),
    ('only host programs parse JSON', at('hal-sim/x.c', ['<cjson/cJSON.h>']),
     ['hal-sim/x.c:2: cjson/cJSON.h: only sim, tests, tools may use it']),
    ('devices and services meet on the board',
     at('sim/board.c', ['"devices/wire.h"', '"mn/svc/echo.h"']), []),
    ('devices and services meet nowhere else',
     at('sim/x.c', ['"devices/wire.h"', '"mn/svc/echo.h"']),
     ['sim/x.c:3: devices and services meet in sim/board.c only']),

    ('a function in a public header needs a comment', {PUBLIC: HEADER + 'int f(int x);\n'},
     [f'{PUBLIC}:6: f: no comment above it']),
    ('one comment serves its whole group',
     {PUBLIC: HEADER + '/* Both. */\nint f(int x);\nint g(struct x *x,\n      int y);\n'}, []),
    ('so does one behind each of them',
     {PUBLIC: HEADER + 'void f(int x); /* one */\nvoid g(int x); /* the other */\n'}, []),
    ('a comment further up does not count',
     {PUBLIC: HEADER + '/* Only f. */\nint f(int x);\n\nint g(int x);\n'},
     [f'{PUBLIC}:9: g: no comment above it']),
    ('the comments of a struct do not serve the function behind it',
     {PUBLIC: HEADER + 'struct x {\n    int y; /* why */\n};\n\nint *f(struct x *x);\n'},
     [f'{PUBLIC}:10: f: no comment above it']),
    ('init that cannot fail and questions say enough themselves',
     {PUBLIC: HEADER + 'void mn_x_init(struct x *x);\nbool mn_x_is_y(struct x *x);\n'}, []),
    ('init that can fail does not',
     {PUBLIC: HEADER + 'MN_MUST_USE enum mn_err mn_x_init(struct x *x);\n'},
     [f'{PUBLIC}:6: mn_x_init: no comment above it']),
    ('a short inline function says enough itself',
     {PUBLIC: HEADER + 'static inline ' + function(8).replace('void', 'int', 1)}, []),
    ('a longer inline function does not',
     {PUBLIC: HEADER + 'static inline ' + function(9).replace('void', 'int', 1)},
     [f'{PUBLIC}:6: f: no comment above it']),

    ('a source in no meson.build is dead',
     {'sim/x.c': C, 'sim/meson.build': f"# {SPDX}\nexecutable('melpo', 'y.c')\n"},
     ['sim/x.c:1: in no meson.build: a dead file']),
    ('a test is found by its short name',
     {'tests/unit/test_x.c': C, 'tests/unit/meson.build': f"# {SPDX}\nunit_tests = ['x']\n"}, []),
    ('a header that nobody includes is dead', {'sim/x.h': C},
     ['sim/x.h:1: included by nobody: a dead file']),
]


def write_tree(top, tree):
    """Writes the tree; unless it is about meson.build, one names every source."""
    if not any(name.endswith('meson.build') for name in tree):
        sources = ''.join(f"'{name}',\n" for name in tree if name.endswith('.c'))
        tree = {**tree, 'meson.build': f'# {SPDX}\n{sources}'}
    for name, text in tree.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')


def main():
    print(f'1..{len(CASES)}')
    failed = 0
    for number, (sentence, tree, wanted) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as place:
            write_tree(pathlib.Path(place), tree)
            done = subprocess.run([TIDY, place], capture_output=True, text=True, check=False)
        found = done.stdout.splitlines()
        is_right = found == wanted and done.returncode == bool(wanted) and not done.stderr
        failed += not is_right
        print(f'{"ok" if is_right else "not ok"} {number} - {sentence}')
        if not is_right:
            print(*(f'# wanted {line}' for line in wanted), sep='\n')
            print(*(f'# found  {line}' for line in found + done.stderr.splitlines()), sep='\n')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
