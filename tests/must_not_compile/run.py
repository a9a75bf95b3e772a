#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Compiles the traps beside it exactly as the build compiles the kernel; each must be refused, for
the reason that its head comment names for this compiler (`unseen`: the other one's reason must
do). control.c must compile. Speaks TAP.

    run.py BUILD
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIKE = 'kernel/core/co.c'  # whose command is borrowed
CONTROL = 'control.c'
UNSEEN = 'unseen'


def borrowed_command(build):
    """How the build compiles the kernel, without the names of files."""
    commands = json.loads((build / 'compile_commands.json').read_text(encoding='utf-8'))
    entry = next(entry for entry in commands if entry['file'].endswith(LIKE))
    words, kept = iter(shlex.split(entry['command'])), []
    for word in words:
        if word in ('-o', '-MF', '-MQ', '-c'):
            next(words)
        elif word not in ('-MD', 'ccache'):
            kept.append(word)
    return kept


def compiler_name(command):
    """`gcc` or `clang`, whatever the command is called."""
    version = subprocess.run([command[0], '--version'], capture_output=True, text=True, check=True)
    return 'clang' if 'clang' in version.stdout else 'gcc'


def trouble_with(command, compiler, trap, build):
    """What is wrong with how the compiler took the trap, None if nothing is, or UNSEEN."""
    done = subprocess.run([*command, '-fno-diagnostics-color', '-c', trap, '-o', '/dev/null'],
                          cwd=build, env={**os.environ, 'LC_ALL': 'C'},
                          capture_output=True, text=True, check=False)
    if trap.name == CONTROL:
        return done.stderr or None
    reason = re.search(rf'^ \* {compiler}: +(.*)$', trap.read_text(encoding='utf-8'), re.M)
    if not reason:
        return f'{trap.name} names no reason for {compiler}'
    if reason.group(1) == UNSEEN:
        return UNSEEN
    if done.returncode == 0:
        return 'it compiles'
    if not re.search(reason.group(1), done.stderr):
        return f'refused for another reason than: {reason.group(1)}\n{done.stderr}'
    others = [line for line in done.stderr.splitlines()
              if ' error: ' in line and not re.search(reason.group(1), line)]
    return '\n'.join(['refused for other reasons too:', *others]) if others else None


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    command = borrowed_command(build)
    compiler = compiler_name(command)
    traps = sorted(HERE.glob('*.c'))
    print(f'1..{len(traps)}')
    failed = 0
    for number, trap in enumerate(traps, 1):
        trouble = trouble_with(command, compiler, trap, build)
        fate = 'compiles' if trap.name == CONTROL else 'is refused'
        sentence = f'{number} - {trap.stem} {fate} by {compiler}'
        if trouble == UNSEEN:
            print(f'ok {sentence} # SKIP this compiler does not see it')
            continue
        failed += bool(trouble)
        print(f'{"not ok" if trouble else "ok"} {sentence}')
        for line in (trouble or '').splitlines():
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
