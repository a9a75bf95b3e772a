# SPDX-License-Identifier: MIT OR Apache-2.0
"""crowtty decode: captured streams from files and pipes."""
import json
import random
import subprocess

import wire
from target import CROWTTY, environment, run

STREAM = (wire.mux(1, b'hello\r\n') + b'\x05\x01\0' + wire.mux(0, bytes(range(8))) +
          wire.trace(wire.meta(1, 'm', 'app', wire.INFO), wire.event(1, {'message': 'noon'})))


def test_a_file_is_decoded(tmp_path):
    (tmp_path / 'capture').write_bytes(STREAM)
    done = run('decode', tmp_path / 'capture')

    assert done.returncode == 0 and done.stderr == ''
    lines = done.stdout.splitlines()
    assert lines[0] == r'             0 port 1, 7 bytes: "hello\u000d\u000a"'
    assert lines[1] == '            11 damaged: 3 bytes that are no frame'
    assert lines[2] == '            14 port 0, 8 bytes: 00 01 02 03 04 05 06 07'
    assert lines[-2].endswith('INFO  app: noon')
    assert lines[-1].endswith(' end: 3 frames, 1 damaged')


def test_standard_input_is_decoded_and_one_port_picked():
    done = subprocess.run([CROWTTY, 'decode', '-', '--port', '1'], input=STREAM, check=False,
                          stdout=subprocess.PIPE, env=environment())

    assert done.returncode == 0
    assert b'port 1' in done.stdout and b'port 0' not in done.stdout and b'noon' not in done.stdout


def test_garbage_is_decoded_to_the_end(tmp_path):
    (tmp_path / 'garbage').write_bytes(random.Random(3).randbytes(100_000) + b'\0' + STREAM)
    done = run('decode', tmp_path / 'garbage')

    assert done.returncode == 0 and 'app: noon' in done.stdout


def test_a_capture_becomes_a_perfetto_file(tmp_path):
    (tmp_path / 'capture').write_bytes(STREAM)
    done = run('decode', tmp_path / 'capture', '--perfetto', tmp_path / 'trace.json')

    assert done.returncode == 0
    events = json.loads((tmp_path / 'trace.json').read_text('utf-8'))
    assert [one['name'] for one in events if one['ph'] == 'i'] == ['noon']
