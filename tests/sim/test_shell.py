# SPDX-License-Identifier: MIT OR Apache-2.0
"""Somebody lives in the machine's Forth: with nc, with a terminal in raw mode, with a script."""
import pathlib
import re
import shutil
import subprocess

import pytest

from machine import config_of, uart

SHELL_GREETING = b"mnemOS Forth: `help` for this machine's words, `words` for all\r\n"


PAGE = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'forth.md'


def shell_of(heap='16MiB', children=16, **params):
    """A machine with one shell; params are those of platform.forth_shell."""
    config = config_of(uart(attach='console_shell'), kernel={'heap_size': heap},
                       services={'spawnulator': {'enabled': True, 'capacity': children}})
    config['platform']['forth_shell'] = {'params': params}
    return config


class Talk:
    """A peer that says lines and looks at the answers."""

    def __init__(self, peer):
        self.peer = peer
        peer.expect(SHELL_GREETING)

    def until(self, end):
        """All that is said, to `end`."""
        answer = b''
        while not answer.endswith(end):
            byte = self.peer.take(1)
            assert byte, f'no {end!r}, but the end after {answer!r}'
            answer += byte
        return answer

    def ask(self, line):
        """The answer to a line, without the "ok." that ends it."""
        self.peer.send(line + b'\n')
        return self.until(b'ok.\r\n')[:-5]

    def fail(self, line, reason):
        """Says a line that goes wrong; the machine answers the next one."""
        self.peer.send(line + b'\n')
        answer = self.until(b'  stack:') + self.until(b'\r\n')
        assert reason in answer and b'^' in answer, answer
        assert self.ask(b'5 sq .') .endswith(b'25 ')
        return answer


@pytest.fixture
def talk(boot):
    machine = boot(shell_of())
    with machine.connect() as peer:
        yield Talk(peer)


def test_computes_defines_loops_and_knows_strings(talk):
    assert talk.ask(b'1 2 + .') == b'3 '
    assert talk.ask(b': sq dup * ; 7 sq .') == b'49 '
    assert talk.ask(b': count-to 1+ 1 do i . loop ; 5 count-to') == b'1 2 3 4 5 '
    assert talk.ask(b': greet ." hello, world" ; greet') == b'hello, world '
    assert talk.ask(b's" abc" type s" abc" nip .') == b'abc3 '


def test_a_child_prints_every_second_while_the_prompt_stays_usable(talk):
    talk.ask(b': tick begin ." tick" cr 1 sleep::s again ;')
    talk.peer.send(b"' tick spawn\n1 2 + .\n")
    answer = talk.until(b'3 ok.\r\n')
    answer += talk.until(b'tick\r\n')
    for number in range(2):
        assert talk.ask(b'%d .' % number).replace(b'tick\r\n', b'') == b'%d ' % number
        answer += talk.until(b'tick\r\n')
    assert answer.count(b'tick\r\n') >= 3


def test_ctrl_c_breaks_a_word_that_never_ends(talk):
    talk.ask(b': sq dup * ;')
    talk.ask(b': hang ." on it" cr begin again ;')

    talk.peer.send(b'hang\n')
    talk.until(b'on it\r\n')
    talk.peer.send(b'\x03')

    assert b'interrupted' in talk.until(b'  stack:')
    talk.until(b'\r\n')
    assert talk.ask(b'5 sq .').endswith(b'25 ')


def test_ctrl_c_comes_with_its_line_end_from_nc(talk):
    talk.ask(b': hang ." on it" cr begin again ;')
    talk.peer.send(b'hang\n')
    talk.until(b'on it\r\n')

    talk.peer.send(b'\x03\n1 2 + .\n')

    answer = talk.until(b'ok.\r\n')
    assert b'interrupted' in answer and answer.endswith(b'3 ok.\r\n')
    assert answer.count(b'ok.') == 1


def test_every_error_is_clear_and_the_machine_lives_on_with_its_words(talk):
    talk.ask(b': sq dup * ;')
    talk.fail(b'1 0 /', b'division by zero')
    talk.fail(b'0 @', b'invalid memory address')
    talk.fail(b'-1 c!', b'stack underflow')
    talk.fail(b'drop', b'stack underflow')
    talk.fail(b': more begin 1 again ; more', b'stack overflow')
    talk.fail(b'100000 allot', b'dictionary full')
    talk.fail(b': deep recurse 1 ; deep', b'return stack overflow')
    talk.fail(b'xyzzy', b'undefined word')
    talk.fail(b'1 2 sermux::open_port', b'no serial mux')
    assert b'xyzzy' in talk.fail(b'1 2 3 xyzzy', b'\r\n  1 2 3 xyzzy\r\n        ^^^^^\r\n')


def test_a_full_dictionary_is_an_error_and_forgetting_helps(talk):
    talk.ask(b': sq dup * ;')
    talk.ask(b'marker before : fill-it begin 16 allot again ;')
    talk.fail(b'fill-it', b'dictionary full')
    talk.ask(b'before')
    assert talk.ask(b'variable v 3 v ! v @ .') == b'3 '


def test_a_pasted_file_of_ten_thousand_lines_is_taken_whole(talk):
    talk.ask(b'variable sum')
    lines = b''.join(b'%d sum +! \\ line %d of a long paste\n' % (n, n) for n in range(10_000))

    talk.peer.send(lines)
    for _ in range(10_000):
        talk.peer.expect(b'ok.\r\n')

    assert talk.ask(b'sum @ .') == b'%d ' % sum(range(10_000))


def test_a_line_that_is_too_long_is_refused_with_the_limit(talk):
    talk.peer.send(b'1 ' * 200 + b'\n')
    talk.peer.expect(b'error: line longer than 256 bytes: none of it was read\r\n')
    assert talk.ask(b'depth .') == b'0 '


def test_a_raw_terminal_gets_echo_editing_and_history(talk):
    def key(keys, shown):
        for byte in keys:
            talk.peer.send(bytes([byte]))
        talk.peer.expect(shown)

    key(b'1 2 + .', b'1 2 + .')
    key(b'\r', b'\r\n3 ok.\r\n')
    key(b'12\x7f3 .', b'12\x1b[D\x1b[P3 .')
    key(b'\r', b'\r\n13 ok.\r\n')
    key(b'\x1b[A\x1b[A', b'\x1b[K13 .\x1b[4D\x1b[K1 2 + .')
    key(b'\r', b'\r\n3 ok.\r\n')
    key(b'abc\x03', b'abc^C\r\n')
    key(b'depth .\r', b'depth .\r\n0 ok.\r\n')


def test_a_line_pasted_into_a_raw_terminal_is_echoed_once(talk):
    talk.peer.send(b': sq dup * ;\r5 sq .\r')
    talk.peer.expect(b': sq dup * ;\r\nok.\r\n5 sq .\r\n25 ok.\r\n')


def test_socat_in_raw_mode_and_nc_speak_to_the_same_words(boot):
    machine = boot(shell_of())

    done = subprocess.run([shutil.which('nc'), '-N', '127.0.0.1', str(machine.port())],
                          input=b': sq dup * ;\n9 sq .\n', stdout=subprocess.PIPE, check=True,
                          timeout=60)
    assert done.stdout == SHELL_GREETING + b'ok.\r\n81 ok.\r\n'

    with machine.connect() as peer:
        talk = Talk(peer)
        assert talk.ask(b'8 sq .') == b'64 '


def test_the_machine_can_be_looked_at(talk):
    assert b'spawnulator' in talk.ask(b'tasks')
    assert b'4ae4a406-005a-4bde-be91-afc1900f76fa' in talk.ask(b'services')
    assert b'in use' in talk.ask(b'heap')
    assert talk.ask(b'uptime').startswith(b'up ')
    assert b'( xt -- )' in talk.ask(b'help spawn')
    assert b'sermux::write_outbuf' in talk.ask(b'help')


def test_the_log_can_be_opened_up_from_the_prompt(boot):
    machine = boot(shell_of())
    with machine.connect() as peer:
        talk = Talk(peer)
        assert not machine.find(' DEBUG ')
        talk.ask(b'log debug')
        talk.ask(b"' dup spawn")
        machine.wait_for(r' DEBUG kernel::services::spawnulator: spawned task=')


def test_halt_stops_the_machine_with_its_code(boot):
    machine = boot(shell_of())
    with machine.connect() as peer:
        Talk(peer).peer.send(b'7 halt\n')
        assert machine.wait() == 7
        machine.halt = lambda: machine # it has


def test_a_thousand_programs_run_at_once(boot):
    machine = boot(shell_of(heap='64MiB', children=1000, dictionary_size=4096))
    with machine.connect() as peer:
        talk = Talk(peer)
        talk.ask(b': work 200 sleep::ms [char] y emit ;')
        talk.ask(b": all 1000 0 do ['] work spawn loop ;")
        peer.send(b'all .( done)\n')
        answer = talk.until(b'done ok.\r\n')
        while answer.count(b'y') < 1000:
            answer += peer.take(1)
    machine.halt()


def tour():
    """The blocks of the page's tour, each a list of (line, answer)."""
    text = PAGE.read_text('utf-8')
    text = text[text.index('## A tour'):text.index('## Which terminal')]
    for block in re.findall(r'(?:^    .*\n)+', text, re.M):
        lines = [line[4:] for line in block.splitlines()]
        while lines:
            said, answer = lines.pop(0), ''
            while not answer.endswith('ok.\r\n') and '\r\n  stack:' not in answer:
                answer += lines.pop(0) + '\r\n'
            yield said.encode(), answer.encode()


def test_the_tour_of_the_page_goes_as_it_says(talk):
    count = 0
    for line, answer in tour():
        talk.peer.send(line + b'\n')
        talk.peer.expect(answer)
        count += 1
    assert count > 15


def test_the_page_lists_every_word_there_is(talk):
    text = PAGE.read_text('utf-8')
    text = text[text.index('<!-- words -->'):]
    listed = re.findall(r'^\| `(\S+)` \| `\(', text, re.M)

    known = set(talk.ask(b'builtins').decode().split())

    assert {name.replace('\\|', '|') for name in listed} == known
