#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""check_output.py PROGRAM PATH [PAGE]: the program prints what the page says it does."""
import pathlib
import subprocess
import sys

page_code = pathlib.Path(__file__).resolve().parents[2] / 'scripts' / 'page_code.py'
program, path, *page = sys.argv[1:]
shown = subprocess.run([page_code, *(['--page', *page] if page else []), '--output', path],
                       capture_output=True, text=True, check=True)
done = subprocess.run([program], capture_output=True, text=True, check=False, timeout=30)
if done.returncode != 0 or done.stdout != shown.stdout:
    print(f'exit status {done.returncode}\n{done.stdout}{done.stderr}the page:\n{shown.stdout}')
    sys.exit(1)
