#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Proves that the kernel is freestanding: compiles it with bare clang, no C library in reach, for
each kind of machine, links it into one object, and looks at what is inside.

    portable.py BUILD           BUILD is a configured build directory; meson's list of kernel
                                sources in it is the only one there is
    portable.py BUILD SOURCE... only these of its sources, each for itself and not linked: what
                                else they need of the kernel has a name that begins with mn_
    portable.py --sizes BUILD   only the sizes on rv32imc

What the object asks of the platform is the four memory functions and mn_panic. It holds no
mutable globals. For rv32imc the sizes are printed part by part.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLATFORM = {'memcpy', 'memmove', 'memset', 'memcmp', 'mn_panic'}
OF_THE_LINKER = {'__stack_pointer', '__linear_memory', '__indirect_function_table'}  # wasm32
FLAGS = ['-std=c11', '-ffreestanding', '-nostdlibinc', '-fno-pic', '-ffunction-sections',
         f'-fmacro-prefix-map={ROOT}/=',  # so that sizes do not depend on where the tree is
         '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Wundef', '-Wvla',
         '-Wmissing-prototypes', '-Werror']
SMALL = 'rv32imc'  # the machine whose sizes are printed
WITHOUT_AUDIT = '-DMN_AUDIT_COMPILED=0'  # what mn/audit.h says makes it smaller
# -Os and not -Oz: at -Oz clang calls a library for 64-bit shifts on 32-bit machines.
MACHINES = {
    'rv32imc': ['--target=riscv32-unknown-elf', '-march=rv32imc', '-mabi=ilp32', '-Os'],
    'rv64imac': ['--target=riscv64-unknown-elf', '-march=rv64imac', '-mabi=lp64',
                 '-mcmodel=medany', '-O2'],
    'x86_64': ['--target=x86_64-unknown-elf', '-mno-red-zone', '-mno-sse', '-O2'],
    'wasm32': ['--target=wasm32-unknown-unknown', '-Os'],
}
KINDS = ('text', 'rodata', 'data', 'bss')


class Broken(Exception):
    """What is wrong, for people."""


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Broken(f'{" ".join(map(str, words))}\n{done.stdout}{done.stderr}')
    return done.stdout


def kernel_target(build):
    """The kernel's sources, of which some are made here, and the folders its headers are in, as
    meson knows them."""
    targets = json.loads(run('meson', 'introspect', '--targets', build))
    target = next((each for each in targets if each['name'] == 'mnemos'), None)
    if not target:
        raise Broken(f'{build}: no library named mnemos')
    sources, includes, made = [], [], []
    for group in target['target_sources']:
        if 'sources' not in group:
            continue  # newer meson lists the linker here too
        sources += group['sources'] + group['generated_sources']
        made += group['generated_sources']
        includes += [flag for flag in group['parameters'] if flag.startswith('-I')]
    if made:
        run('ninja', '-C', build, *(os.path.relpath(source, build) for source in made))
    # The flags are relative to the build directory.
    places = [os.path.normpath(os.path.join(build, flag[2:])) for flag in includes]
    return ([pathlib.Path(source) for source in sources if source.endswith('.c')],
            ['-I' + place for place in dict.fromkeys(places)])


def part_of(source):
    """The kernel's folder a source belongs to: core, heap, comms ..."""
    parts = source.parts
    return parts[len(parts) - 1 - parts[::-1].index('kernel') + 1]


def compile_all(machine, sources, includes, folder, *flags):
    """Compiles for one machine; gives the objects in the order of the sources."""
    def compile_one(numbered):
        number, source = numbered
        target = folder / f'{number}-{source.stem}.o'
        run('clang', *MACHINES[machine], *FLAGS, *flags, *includes, '-c', source, '-o', target)
        return target

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compile_one, enumerate(sources)))


def link(machine, objects, folder):
    """One relocatable object of them all; a symbol defined twice is an error here."""
    whole = folder / 'kernel.o'
    linker = ['wasm-ld'] if machine.startswith('wasm') else ['ld.lld']
    run(*linker, '-r', *objects, '-o', whole)
    return whole


def check_undefined(item, is_whole=True):
    names = set(run('llvm-nm', '--undefined-only', '--format=just-symbols', item).split())
    strangers = {name for name in names - PLATFORM - OF_THE_LINKER
                 if is_whole or not name.startswith('mn_')}
    if strangers:
        raise Broken('asks the platform for ' + ', '.join(sorted(strangers)))


def kind_of(section):
    """Which column a section counts in, or None for what does not reach the machine."""
    if section.startswith(('.rodata', '.srodata', '.data.rel.ro')):
        return 'rodata'
    for kind in ('text', 'data', 'bss'):
        if section.startswith((f'.{kind}', f'.s{kind}')):
            return kind
    return None


def sizes_of(item):
    """Bytes of an ELF object by kind."""
    sizes = dict.fromkeys(KINDS, 0)
    for line in run('llvm-size', '--format=sysv', item).splitlines():
        words = line.split()
        if len(words) == 3 and words[1].isdigit() and kind_of(words[0]):
            sizes[kind_of(words[0])] += int(words[1])
    return sizes


def check_globals(machine, objects, sources):
    if machine.startswith('wasm'):
        return  # its objects do not tell constants apart; what is in the others is in this
    for item, source in zip(objects, sources):
        sizes = sizes_of(item)
        if sizes['data'] or sizes['bss']:
            names = [line.split()[-1] for line in run('llvm-nm', item).splitlines()
                     if line.split()[-2] in 'dDbBsSC']
            if names and all(name.startswith('.LCPI') for name in names):
                continue  # clang's own constants, which it keeps near the global pointer
            raise Broken(f'{source}: mutable globals: {", ".join(names)}')


def sizes_of_parts(objects, sources):
    parts = {}
    for item, source in zip(objects, sources):
        total = parts.setdefault(part_of(source), dict.fromkeys(KINDS, 0))
        for kind, count in sizes_of(item).items():
            total[kind] += count
    whole = {kind: sum(part[kind] for part in parts.values()) for kind in KINDS}
    return [*sorted(parts.items()), ('whole kernel', whole)]


def print_sizes(objects, sources, includes, folder):
    rows = sizes_of_parts(objects, sources)
    folder.mkdir()
    without = compile_all(SMALL, sources, includes, folder, WITHOUT_AUDIT)
    rows.append(('without audit', sizes_of_parts(without, sources)[-1][1]))
    print(f'\n{SMALL}, bytes   ' + ''.join(f'{kind:>9}' for kind in (*KINDS, 'total')))
    for name, sizes in rows:
        cells = [sizes[kind] for kind in KINDS]
        print(f'{name:17}' + ''.join(f'{cell:9}' for cell in (*cells, sum(cells))))


def prove(machine, sources, includes, folder, is_whole):
    objects = compile_all(machine, sources, includes, folder)
    if is_whole:
        check_undefined(link(machine, objects, folder))
    else:
        for item in objects:
            check_undefined(item, is_whole=False)
    check_globals(machine, objects, sources)
    return objects


def chosen(names, sources):
    """Those of the kernel's sources that are named, by the ends of their paths."""
    found = [source for source in sources if str(source).endswith(tuple(names))]
    if len(found) != len(names):
        raise Broken(f'not each a source of the kernel: {" ".join(names)}')
    return found


def only_sizes(build):
    sources, includes = kernel_target(build)
    with tempfile.TemporaryDirectory() as place:
        objects = compile_all(SMALL, sources, includes, pathlib.Path(place))
        print_sizes(objects, sources, includes, pathlib.Path(place, 'without'))


def main():
    broken = 0
    if sys.argv[1] == '--sizes':
        return only_sizes(sys.argv[2])
    sources, includes = kernel_target(sys.argv[1])
    names = sys.argv[2:]
    if names:
        sources = chosen(names, sources)
    with tempfile.TemporaryDirectory() as place:
        for machine in MACHINES:
            folder = pathlib.Path(place, machine)
            folder.mkdir()
            try:
                objects = prove(machine, sources, includes, folder, not names)
                print(f'{machine:10} ok: {len(sources)} sources, nothing asked for but '
                      + ' '.join(sorted(PLATFORM)))
                if machine == SMALL:
                    small = objects
            except Broken as why:
                print(f'{machine:10} FAILED: {why}', file=sys.stderr)
                broken += 1
        if not broken and not names:
            print_sizes(small, sources, includes, pathlib.Path(place, 'without'))
    return 1 if broken else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except Broken as error:
        sys.exit(f'portable: {error}')
