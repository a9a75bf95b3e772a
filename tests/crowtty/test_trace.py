# SPDX-License-Identifier: MIT OR Apache-2.0
"""Tracing as the user sees it: levels asked for, lines printed, losses told."""
import random
import re
import socket
import subprocess

import pytest

import wire
from target import CROWTTY, LIMIT_S, Stream, environment, take
from wire import DEBUG, ERROR, INFO, TRACE, WARN

ASKED = {level: wire.cobs(b'\0\1' + bytes([number]))
         for number, level in enumerate(['trace', 'debug', 'info', 'warn', 'error'])}
HELLO = wire.meta(1, 'hello', 'kernel::daemons', INFO, 'message', 'n', 'at_us')


def test_the_bytes_of_the_messages_are_those_of_the_format():
    """Written by hand from the description, so that wire.py itself is proven."""
    assert wire.mux(0, b'!') == bytes.fromhex('0101022100')
    assert wire.mux(1, b'hello\r\n') == bytes.fromhex('02010868656c6c6f0d0a00')
    assert wire.heartbeat(INFO) == bytes.fromhex('000102')
    assert wire.heartbeat(None) == bytes.fromhex('0000')
    assert wire.meta(5, 'a', 'b::c', WARN, 'message') == bytes.fromhex(
        '01 05 0161 04623a3a63 03 00 00 00 01 076d657373616765 00 01')
    assert wire.event(5, {'message': 'hi', 'n': 300, 'z': -1, 'ok': True}, parent=9) == \
        bytes.fromhex('02 0109 04 076d657373616765 01 026869 016e 04 ac02 017a 03 01'
                      ' 026f6b 05 01 05')
    assert wire.new_span(9, 5, parent=1, is_root=False) == bytes.fromhex('03 09 05 0101 00 00')
    assert [wire.enter(9), wire.leave(9), wire.clone_span(9), wire.drop_span(9)] == \
        [b'\4\x09', b'\5\x09', b'\6\x09', b'\7\x09']
    assert wire.discarded(1, 2, 300, 4) == bytes.fromhex('08 01 02 ac02 04')


@pytest.mark.parametrize(('words', 'level'), [
    ((), 'info'),
    (('--trace', 'warn'), 'warn'),
    (('--trace', 'info,kernel=debug,kernel::comms=trace'), 'trace'),
    (('--trace', 'error,kernel=debug'), 'debug'),
], ids=lambda value: str(value))
def test_the_most_verbose_level_of_the_filter_is_asked_for(attach, words, level):
    _, wires = attach(*words)

    wires.expect(3, ASKED[level])


def test_off_is_asked_for_too(attach):
    _, wires = attach('--trace', 'off')

    wires.expect(3, wire.cobs(b'\0\0'))


def test_the_level_is_asked_for_again_and_again(attach):
    _, wires = attach()

    wires.expect(3, ASKED['info'] * 2)


def test_a_target_that_was_restarted_is_asked_at_once(attach, target):
    crowtty, wires = attach()
    wires.expect(3, ASKED['info'])
    wires.send(wire.trace(HELLO, wire.event(1, {'message': 'one', 'at_us': 5})))
    crowtty.out.wait_for('one')
    wires.close()
    wires = target.accept()
    wires.expect(3, ASKED['info'])
    wires.send(wire.trace(HELLO, wire.event(1, {'message': 'two', 'at_us': 1})))

    crowtty.out.wait_for('two')


def test_the_filter_may_come_from_the_environment(start, target):
    start('tcp', target.port, '--tcp-port-base', 0, env=environment(MNEMOS_TRACE='debug'))

    target.accept().expect(3, ASKED['debug'])


def test_an_event_is_a_line(attach):
    crowtty, wires = attach()
    wires.send(wire.trace(HELLO, wire.event(1, {'message': 'good day', 'n': 7, 'at_us': 1500000})))

    assert crowtty.out.wait_for('.*good day.*\n') == \
        ['1.500000000s INFO  kernel::daemons: good day n=7\n']


@pytest.mark.parametrize('chunk', [1, 2, 7, 256])
def test_messages_may_span_frames(attach, chunk):
    crowtty, wires = attach()
    wires.send(wire.trace(HELLO, wire.event(1, {'message': 'in pieces', 'at_us': 0}), chunk=chunk))

    crowtty.out.wait_for('0.000000000s INFO  kernel::daemons: in pieces\n')


def test_values_of_all_kinds(attach):
    crowtty, wires = attach()
    fields = {'message': 'all', 'a': 1, 'b': -2, 'c': True, 'd': 0.5, 'e': 'word', 'f': 'two words',
              'g': ('Some(1)',), 'h': 2 ** 64 - 1, 'i': -2 ** 63, 'at_us': 1}
    wires.send(wire.trace(HELLO, wire.event(1, fields)))

    assert crowtty.out.wait_for('all(.*)\n') == [
        ' a=1 b=-2 c=true d=0.5 e=word f="two words" g=Some(1) h=18446744073709551615'
        ' i=-9223372036854775808']


def test_the_filter_is_for_each_target(attach):
    crowtty, wires = attach('--trace', 'warn,kernel=info,kernel::comms=trace')
    events = []
    for number, (target, level) in enumerate([('a', WARN), ('a', INFO), ('kernel', INFO),
                                              ('kernel', DEBUG), ('kernel::comms', TRACE),
                                              ('kernel::comms2', TRACE), ('b', ERROR)], 1):
        events += [wire.meta(number, 'x', target, level),
                   wire.event(number, {'message': f'{target} {level}'})]
    wires.send(wire.trace(*events))
    crowtty.out.wait_for('b: b 4')

    assert re.findall(r': (\S+ \d)\n', crowtty.out.text) == ['a 3', 'kernel 2', 'kernel::comms 0',
                                                            'b 4']


def test_spans_stand_before_the_message(attach):
    crowtty, wires = attach()
    wires.send(wire.trace(
        HELLO, wire.meta(2, 'outer', 'k', INFO, span=True),
        wire.meta(3, 'inner', 'k', INFO, span=True),
        wire.new_span(70, 2, is_root=True, who='me'), wire.enter(70),
        wire.new_span(71, 3, parent=70), wire.enter(71),
        wire.event(1, {'message': 'in both'}, parent=71),
        wire.event(1, {'message': 'by being entered'}),
        wire.leave(71), wire.drop_span(71), wire.event(1, {'message': 'in one'}),
        wire.clone_span(70), wire.drop_span(70), wire.event(1, {'message': 'still'}, parent=70),
        wire.leave(70), wire.drop_span(70), wire.event(1, {'message': 'in none'}, parent=70)))
    crowtty.out.wait_for('in none')

    assert re.findall(r'daemons: (.*)\n', crowtty.out.text) == [
        'outer{who=me}: inner: in both', 'outer{who=me}: inner: by being entered',
        'outer{who=me}: in one', 'outer{who=me}: still', 'in none']


def test_colors_when_asked_for(attach):
    crowtty, wires = attach('--color', 'always')
    wires.send(wire.trace(HELLO, wire.event(1, {'message': 'green'})), wire.mux(1, b'cyan\n'))
    crowtty.out.wait_for('cyan')

    assert '\033[32mINFO \033[0m' in crowtty.out.text and '\033[36mport 1:' in crowtty.out.text


def test_nothing_that_comes_can_harm_the_terminal(attach):
    crowtty, wires = attach('--show', '1')
    evil = 'a\033[2Jb\x07\u009b\0c'
    wires.send(wire.trace(wire.meta(1, evil, evil, INFO, span=True), wire.new_span(5, 1, x=evil),
                          wire.meta(2, evil, evil, INFO),
                          wire.event(2, {'message': evil, evil: evil, 'd': (evil,)}, parent=5)),
               wire.mux(1, evil.encode() + b'\xff\n'))
    crowtty.out.wait_for('port 1: .*\n')

    assert not re.search('[\0-\x09\x0b-\x1f\x7f\x80-\x9f]', crowtty.out.text)
    assert r'a\u001b[2Jb\u0007' in crowtty.out.text


def test_what_the_target_dropped_is_told(attach):
    crowtty, wires = attach()
    wires.send(wire.trace(wire.discarded(1, 2, 3000, 4)))

    crowtty.err.wait_for('the target dropped 3000 events, 1 new spans, 2 steps of spans, '
                         '4 metadata')


@pytest.mark.parametrize(('filter', 'count'), [('trace', 0), ('kernel::stats=info', 1)])
def test_statistics_are_printed_only_when_named(attach, filter, count):
    crowtty, wires = attach('--trace', filter)
    wires.send(wire.trace(wire.meta(9, 'heap', 'kernel::stats', INFO),
                          wire.event(9, {'live_bytes': 5}), HELLO,
                          wire.event(1, {'message': 'after'})))
    crowtty.out.wait_for('after')

    assert crowtty.out.text.count('kernel::stats: heap live_bytes=5') == count


def test_trouble_is_counted_and_told_when_verbose(attach):
    crowtty, wires = attach('--verbose')
    wires.send(wire.trace(b'\x63', b'\x02', wire.event(404, {}), wire.enter(404), HELLO,
                          wire.event(1, {'message': 'lives on'}), wire.heartbeat(DEBUG)))
    crowtty.out.wait_for('lives on')

    crowtty.err.wait_for('2 trace messages that could not be read')
    crowtty.err.wait_for('1 events or spans of which the metadata is not known')
    crowtty.err.wait_for('1 steps of spans that are not known')
    crowtty.err.wait_for('the target traces at level DEBUG')


def test_after_ten_thousand_bytes_of_garbage_it_traces(attach):
    crowtty, wires = attach()
    garbage = random.Random(6)
    wires.send(*[wire.mux(3, garbage.randbytes(200)) for _ in range(50)], garbage.randbytes(10_000),
               b'\0', wire.mux(3, b'\0'), wire.trace(HELLO, wire.event(1, {'message': 'well'})))

    crowtty.out.wait_for(': well\n')


def test_more_spans_than_are_kept_are_counted(attach):
    crowtty, wires = attach('--verbose')
    spans = [wire.new_span(number, 2, is_root=True) for number in range(1, 5000)]
    wires.send(wire.trace(wire.meta(2, 's', 'k', INFO, span=True), *spans, HELLO,
                          wire.event(1, {'message': 'well'}, parent=1)))
    crowtty.out.wait_for(': s: well\n')

    crowtty.err.wait_for('903 spans beyond what this program keeps')


def test_a_pager_on_hold_stops_no_port(target):
    """Standard output is not read: lines wait, then are dropped and counted; ports go on."""
    process = subprocess.Popen([CROWTTY, 'tcp', str(target.port), '--tcp-port-base', '0'],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(), bufsize=0)
    said = Stream(process.stderr.read)
    wires = target.accept()
    port = int(said.wait_for(r'port 0: 127\.0\.0\.1:(\d+)')[0])
    with socket.create_connection(('127.0.0.1', port)) as peer:
        peer.sendall(b'x')
        wires.expect(0, b'x')
        lines = 40_000
        for _ in range(lines // 100):
            wires.send(wire.mux(1, (b'a line that nobody reads' + b'.' * 40 + b'\n') * 100))
        wires.send(wire.mux(0, b'alive'))
        assert take(peer, 5) == b'alive'
        late = Stream(process.stdout.read) # now it is read
        lost = int(said.wait_for(r'(\d+) lines were not printed')[0])
        late.wait_for('port 1: a line', lines - lost)
    process.terminate()
    assert process.wait(LIMIT_S) == 0
    assert late.wait_for_end().count('port 1: a line') == lines - lost
    said.wait_for_end()
    process.stdout.close()
    process.stderr.close()
