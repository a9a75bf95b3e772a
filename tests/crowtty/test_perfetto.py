# SPDX-License-Identifier: MIT OR Apache-2.0
"""crowtty --perfetto: the file of a conversation, whole also when the program is interrupted."""
import json
import signal

import pytest

import wire
from wire import TRACE

NAMES = {'poll': 1, 'polled': 2, 'request': 3, 'take': 4, 'reply': 5}


def point(name, at_ns, /, **fields):
    return wire.event(NAMES[name], {**fields, 'at_ns': at_ns, 'at_us': at_ns // 1000})


def conversation():
    for name, number in NAMES.items():
        target = 'kernel::task' if number < 3 else 'kernel::message'
        yield wire.meta(number, name, target, TRACE)
    yield point('poll', 1000, task=1, name='client')
    yield point('request', 1500, flow=9, service='echo', instance=0, client=1, id=1)
    yield point('polled', 2000, task=1, spent_ns=1000, state='pending')
    yield point('poll', 3000, task=2, name='server')
    yield point('take', 3300, flow=9, server=2)
    yield point('reply', 3600, flow=9, outcome='reply')
    yield point('polled', 4000, task=2, spent_ns=1000, state='pending')


def check(events):
    polls = [one for one in events if one['ph'] == 'X']
    tracks = {one['args']['name']: one['tid'] for one in events if one['name'] == 'thread_name'}
    flow = {one['ph']: one for one in events if one['ph'] in ('s', 't', 'f')}
    assert tracks['client 1'] == 1 and tracks['server 2'] == 2
    assert [(one['tid'], one['dur']) for one in polls] == [(1, 1), (2, 1)]
    assert len({one['id'] for one in flow.values()}) == 1
    for phase, poll in (('s', polls[0]), ('t', polls[1]), ('f', polls[1])):
        assert flow[phase]['tid'] == poll['tid']
        assert poll['ts'] < flow[phase]['ts'] < poll['ts'] + poll['dur']


@pytest.mark.parametrize('ending', [signal.SIGINT, signal.SIGTERM])
def test_the_file_is_whole_when_interrupted(attach, tmp_path, ending):
    path = tmp_path / 'run.json'
    crowtty, wires = attach('--perfetto', path, '--trace', 'kernel::message=trace')
    wires.expect(3, wire.cobs(b'\0\1\0')) # everything is asked for, whatever is printed
    wires.send(wire.trace(*conversation()))
    crowtty.out.wait_for('kernel::message: reply')
    crowtty.end(ending)

    check(json.loads(path.read_text('utf-8')))


def test_a_disk_that_is_full_is_told(attach):
    crowtty, wires = attach('--perfetto', '/dev/full')
    wires.send(wire.trace(*conversation()), wire.mux(1, b'done\n'))
    crowtty.out.wait_for('done')
    crowtty.process.send_signal(signal.SIGTERM)

    assert crowtty.wait() == 1
    assert '--perfetto: /dev/full could not be written in full' in crowtty.err.text
