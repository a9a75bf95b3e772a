#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes a header with the sizes of the kernel's structs on 32-bit RISC-V.

usage: sizes32.py CLANG SOURCE OUTPUT [COMPILER OPTION...]

The source is compiled, not run: the numbers stand in the assembly. Without a clang that knows the
machine the header defines nothing, and the table says so.
"""
import re
import subprocess
import sys


def assembly(clang, source, options):
    command = [clang, "--target=riscv32", "-march=rv32imc", "-std=c11", "-ffreestanding", "-S",
               "-o", "-", source, *options]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"sizes32: {error}", file=sys.stderr)
        return ""


def main():
    clang, source, output, *options = sys.argv[1:]
    text = assembly(clang, source, options)
    found = re.findall(r"^(size_of_\w+):\n\s+\.word\s+(\d+)", text, re.MULTILINE)
    with open(output, "w", encoding="utf-8") as header:
        header.write("/* Made by sizes32.py. */\n")
        for name, size in found:
            header.write(f"#define {name}_32 {size}\n")
        header.write(f"#define SIZES_32_COUNT {len(found)}\n")


main()
