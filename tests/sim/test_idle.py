# SPDX-License-Identifier: MIT OR Apache-2.0
"""Nothing moves, nothing wakes."""
import pathlib
import re
import subprocess
import sys

from machine import LIMIT_S, MELPO, environment

PROOF = pathlib.Path(__file__).resolve().parents[2] / 'scripts' / 'idle-proof'


def prove(*arguments):
    return subprocess.run([sys.executable, PROOF, *arguments], env=environment(), text=True,
                          stdout=subprocess.PIPE, timeout=LIMIT_S, check=False)


def test_an_idle_machine_with_a_peer_makes_no_context_switch_in_five_seconds():
    done = prove(MELPO)

    print('# ' + done.stdout.replace('\n', '\n# '))
    assert done.returncode == 0, done.stdout
    assert re.search(r'0 voluntary and 0 nonvoluntary context switches in 5 s', done.stdout)


def test_the_proof_fails_when_a_timer_runs(tmp_path):
    """melpo with a hello every millisecond on a second port, told by a script of its name."""
    busy = tmp_path / 'busy'
    busy.write_text(f'#!/bin/sh\nexec {pathlib.Path(MELPO).resolve()} "$@" '
                    "--set 'platform.uarts=[{\"address\": \"127.0.0.1:0\"}, {\"name\": \"busy\", "
                    "\"address\": \"127.0.0.1:0\", \"attach\": \"hello\"}]' "
                    '--set services.sermux_hello.interval=1ms\n', encoding='utf-8')
    busy.chmod(0o755)

    done = prove('--seconds', '0.2', str(busy))

    assert done.returncode == 1, done.stdout


def test_the_proof_says_when_it_could_not_be_tried():
    assert prove('/bin/true').returncode == 2
    assert prove('/nonexistent').returncode == 2
