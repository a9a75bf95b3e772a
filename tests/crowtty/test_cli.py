# SPDX-License-Identifier: MIT OR Apache-2.0
"""What crowtty's command line promises: texts, statuses, and that nothing is started in vain."""
import pathlib
import re

import pytest

from target import environment, run

PAGE = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'crowtty' / 'crowtty.1'


def options_of_help():
    return set(re.findall(r'--[a-z][a-z-]*', run('--help').stdout))


@pytest.mark.parametrize('option', ['--help', '-h'])
def test_help_fits_a_terminal(option):
    done = run(option)

    assert done.returncode == 0 and done.stderr == ''
    assert max(map(len, done.stdout.splitlines())) <= 80
    for word in ('Exit status', 'MNEMOS_TRACE', 'NO_COLOR', 'Ctrl-]', 'crowtty tcp 9998'):
        assert word in done.stdout


def test_help_and_man_page_have_the_same_options():
    page = {'--' + name for name in re.findall(r'Fl -([a-z][a-z-]*)', PAGE.read_text('utf-8'))}

    assert page == options_of_help()


def test_every_option_in_the_help_is_one():
    for option in sorted(options_of_help() - {'--help', '--version'}):
        assert 'unknown option' not in run(option).stderr, option


@pytest.mark.parametrize('option', ['--version', '-V'])
def test_version_is_one_line(option):
    done = run(option)

    assert done.returncode == 0 and re.fullmatch(r'crowtty \d+\.\d+\.\d+\n', done.stdout)


def test_what_cannot_be_printed_is_an_error():
    with open('/dev/full', 'w', encoding='ascii') as full:
        done = run('--help', stdout=full)

    assert done.returncode == 1 and 'standard output' in done.stderr


BAD_LINES = [
    ([], ['where is the target?', 'crowtty tcp 9998']),
    (['tpc'], ['expected tcp, serial, top or decode, got "tpc"', 'did you mean "tcp"?']),
    (['top'], ['where is the target?']),
    (['top', 'decode', 'x'], ['expected tcp, serial, top or decode, got "decode"']),
    (['top', 'top', 'tcp'], ['got "top"']),
    (['tcp', 'x'], ['expected a TCP port from 1 to 65535, got "x"']),
    (['tcp', '0'], ['from 1 to 65535']),
    (['tcp', '65536'], ['from 1 to 65535']),
    (['tcp', '1', '2'], ['nothing more', '"2"']),
    (['tcp', '--ip', 'localhost'], ['--ip', 'a numeric address', '"localhost"']),
    (['serial'], ['which device?']),
    (['serial', '/dev/x', '9601'], ['expected a usual rate', '"9601"']),
    (['serial', '/dev/x', '9600', 'y'], ['nothing more', '"y"']),
    (['serial', '--ip', '::1', '/dev/x'], ['--ip: only for tcp']),
    (['decode'], ['expected one FILE']),
    (['decode', 'a', 'b'], ['expected one FILE']),
    (['decode', 'a', '--ports', '1'], ['--ports: not for decode']),
    (['tcp', '--once'], ['--once: not for tcp and serial']),
    (['top', 'tcp', '--trace', 'info'], ['--trace: not for top']),
    (['tcp', '--trase', 'info'], ['unknown option "--trase"', 'did you mean "--trace"?']),
    (['-x', 'tcp'], ['unknown option "-x"']),
    (['tcp', '--trace'], ['--trace needs a value']),
    (['tcp', '--trace', 'kernel=loud'], ['--trace', '"kernel=loud"', 'LEVEL one of trace, debug']),
    (['tcp', '--help=please'], ['--help takes no value']),
    (['tcp', '--port=1'], ['--port: not for tcp and serial']),
    (['tcp', '--po', '1'], ['--po could be several options']),
    (['tcp', '--ports', '1,'], ['--ports', '0,1,10-13', '"1,"']),
    (['tcp', '--ports', '5-1'], ['--ports']),
    (['tcp', '--ports', '64'], ['--ports', '0 to 63']),
    (['tcp', '--show', 'x'], ['--show', '"x"']),
    (['tcp', '--tcp-port-base', '65473'], ['--tcp-port-base', 'from 0 to 65472']),
    (['tcp', '--keyboard-port', '65536'], ['--keyboard-port', 'from 0 to 65535']),
    (['tcp', '--color', 'pink'], ['--color', 'auto, always or never', '"pink"']),
    (['top', 'tcp', '--sort', 'luck'], ['--sort', 'share, polls, waited, name or id']),
]


@pytest.mark.parametrize(('words', 'parts'), BAD_LINES, ids=lambda value: ' '.join(value))
def test_a_bad_command_line_is_refused(words, parts):
    done = run(*words)

    assert done.returncode == 2, done.stderr
    for part in parts:
        assert part in done.stderr
    assert "'crowtty --help' lists the options" in done.stderr
    assert done.stdout == '' and 'waiting' not in done.stderr


def test_a_bad_variable_is_named():
    done = run('tcp', env=environment(MNEMOS_TRACE='loud!'))

    assert done.returncode == 2 and 'MNEMOS_TRACE: "loud!"' in done.stderr


@pytest.mark.parametrize('words', [['decode', '/nowhere/x'], ['tcp', '--perfetto', '/nowhere/x']],
                         ids=lambda words: words[0])
def test_a_file_that_cannot_be_opened_is_named(words):
    done = run(*words)

    assert done.returncode == 1 and '/nowhere/x: No such file or directory' in done.stderr


def test_top_needs_a_terminal():
    done = run('top', 'tcp')

    assert done.returncode == 1 and 'top needs a terminal' in done.stderr
