# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the command line promises: texts, statuses, and that nothing is started in vain."""
import json
import os
import re
import socket

import pytest

from machine import CONSOLE, LINE, config_of, environment, run, uart


def write(folder, config, name='machine.json'):
    path = folder / name
    path.write_text(config if isinstance(config, str) else json.dumps(config), encoding='utf-8')
    return path


def assert_refused(done, *parts):
    """Status 2, all of `parts` in the message, and nothing was begun: not even the log."""
    assert done.returncode == 2, done.stderr
    for part in parts:
        assert part in done.stderr
    assert 'mnemOS 0' not in done.stderr and 'listening' not in done.stderr
    assert done.stdout == ''


# ---- texts ----

@pytest.mark.parametrize('option', ['--help', '-h'])
def test_help_fits_a_terminal_and_names_every_option(option):
    done = run(option)

    assert done.returncode == 0 and done.stderr == ''
    assert max(map(len, done.stdout.splitlines())) <= 80
    for name in ('config', 'set', 'check-config', 'print-config', 'time', 'until', 'seed', 'trace',
                 'help', 'version'):
        assert re.search(rf'--{name}\b', done.stdout), name
    for word in ('MELPOMENE_TRACE', 'NO_COLOR', 'Exit status', 'nc 127.0.0.1 9999'):
        assert word in done.stdout


@pytest.mark.parametrize('option', ['--version', '-V'])
def test_version_is_one_line(option):
    done = run(option)

    assert done.returncode == 0 and done.stderr == ''
    assert re.fullmatch(r'melpo \d+\.\d+\.\d+\n', done.stdout)


@pytest.mark.parametrize('option', ['--help', '--version', '--print-config'])
def test_what_cannot_be_printed_is_an_error(option):
    with open('/dev/full', 'w', encoding='ascii') as full:
        done = run(option, stdout=full)

    assert done.returncode == 1
    assert 'standard output' in done.stderr


# ---- refusals ----

BAD_LINES = [
    (['--trase', 'info'], ['unknown option "--trase"', 'did you mean "--trace"?']),
    (['--versoin'], ['did you mean "--version"?']),
    (['-x'], ['unknown option "-x"']),
    (['--config'], ['--config needs a value']),
    (['--help=please'], ['--help takes no value']),
    (['machine.json'], ['unexpected "machine.json"', '--config FILE']),
    (['--time', 'fast'], ['--time', 'real or virtual', '"fast"']),
    (['--until', 'noon'], ['--until', '90s', '"noon"']),
    (['--until', '-1s'], ['--until']),
    (['--seed', 'pumpkin'], ['--seed', '"pumpkin"']),
    (['--seed', '18446744073709551616'], ['--seed', 'below 2^64']),
    (['--set', 'kernel.heap_size'], ['--set', 'PATH=VALUE']),
    (['--trace', 'kernel=loud'], ['--trace', '"kernel=loud"', 'LEVEL one of trace, debug']),
    (['--trace', 'info,,debug'], ['--trace', '""']),
]


@pytest.mark.parametrize(('words', 'parts'), BAD_LINES, ids=lambda value: ' '.join(value))
def test_a_bad_command_line_is_refused(words, parts):
    assert_refused(run(*words), *parts)


def test_a_bad_filter_in_the_environment_is_refused_by_its_name():
    done = run(env=environment(MELPOMENE_TRACE='kernel=loud'))

    assert_refused(done, 'MELPOMENE_TRACE', '"kernel=loud"')


def test_a_bad_configuration_is_refused_with_all_its_problems_and_opens_no_port(tmp_path):
    with socket.create_server(('127.0.0.1', 0)) as taken:  # listening there would be status 1
        address = '127.0.0.1:%d' % taken.getsockname()[1]
        path = write(tmp_path, config_of(uart(address=address), uart('second', attach='loopbak'),
                                         kernal={}))
        done = run('-c', path)

    assert_refused(done, '$.kernal: unknown key', '"kernel"',
                   '$.platform.uarts[1].attach', '"loopback"')


def test_a_bad_value_on_the_command_line_is_refused_like_one_in_the_file():
    assert_refused(run('--set', 'kernel.heap_size=1'), '--set: $.kernel.heap_size')


def test_a_missing_configuration_says_where_it_looked(tmp_path):
    done = run('-c', 'nowhere.json', cwd=tmp_path)

    assert_refused(done, 'nowhere.json', 'working directory', '/configs')


def test_a_missing_path_is_looked_for_nowhere_else(tmp_path):
    path = tmp_path / 'default.json'

    assert_refused(run('-c', path), f'{path}: cannot be read: No such file or directory')


# ---- configurations ----

def test_configurations_are_found_from_any_directory(tmp_path):
    done = run('--check-config', 'default.json', cwd=tmp_path)

    assert done.returncode == 0 and done.stdout == 'default.json: good\n'


def test_the_working_directory_comes_first(tmp_path):
    write(tmp_path, config_of(uart('mine')), 'default.json')

    done = run('--print-config', cwd=tmp_path)

    assert json.loads(done.stdout)['platform']['uarts'][0]['name'] == 'mine'


def test_checking_reports_and_runs_nothing(tmp_path):
    good, bad = write(tmp_path, CONSOLE, 'good.json'), write(tmp_path, '{"a": 1}', 'bad.json')

    assert_refused(run('--check-config', bad), '$.a: unknown key')
    done = run('--check-config', good)
    assert (done.returncode, done.stdout, done.stderr) == (0, f'{good}: good\n', '')


def test_what_is_printed_reads_back_to_the_same(tmp_path):
    first = run('-c', write(tmp_path, CONSOLE), '--set', 'kernel.heap_size=64KiB',
                '--print-config')
    second = run('-c', write(tmp_path, first.stdout, 'again.json'), '--print-config')

    assert first.returncode == second.returncode == 0 and first.stderr == ''
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)['kernel']['heap_size'] in (65536, '64KiB')


@pytest.mark.parametrize('name', ['default.json', 'headless.json', 'two_uarts.json'])
def test_the_shipped_configurations_boot(name):
    free = [word for number in range(2) if name != 'headless.json' or number == 0
            for word in ('--set', f'platform.uarts.{number}.address=127.0.0.1:0')]

    done = run('-c', name, *free, '--time', 'virtual', '--until', '1s')

    assert done.returncode == 0, done.stderr
    assert len(re.findall(' listening ', done.stderr)) == len(free) // 2


# ---- ports ----

def test_a_taken_port_is_status_1_and_named_and_other_ports_are_given_back(tmp_path):
    with socket.create_server(('127.0.0.1', 0)) as taken:
        address = '127.0.0.1:%d' % taken.getsockname()[1]
        done = run('-c', write(tmp_path, config_of(uart('first'), uart(address=address))))

    assert done.returncode == 1
    assert f'melpo: uart console: {address} is in use; choose another port or 0' in done.stderr
    assert 'uart=first' in done.stderr


def test_a_machine_takes_over_a_port_that_another_one_has_just_left(boot):
    first = boot()
    address = f'127.0.0.1:{first.port()}'
    peer = first.greeted()
    first.halt()  # while somebody is there, so that the connection lingers in the system

    second = boot(config_of(uart(address=address)))

    assert second.port() == first.port()
    second.greeted().close()
    peer.close()


@pytest.mark.parametrize(('address', 'warns'), [('127.0.0.1:0', False), ('0.0.0.0:0', True)])
def test_a_port_that_others_can_reach_is_worth_a_warning(tmp_path, address, warns):
    done = run('-c', write(tmp_path, config_of(uart(address=address))), '--until', '0s')

    assert done.returncode == 0
    assert ('WARN  devices::tcp_uart: other machines can reach this port' in done.stderr) == warns


# ---- the log ----

def log_of(*options, **changes):
    done = run('-c', 'two_uarts.json', '--until', '0s', *options, env=environment(**changes))
    assert done.returncode == 0 and done.stdout == ''
    return done.stderr


def test_every_line_of_the_log_has_the_same_form():
    lines = log_of('--trace', 'trace').splitlines()

    assert len(lines) >= 5
    for line in lines:
        assert LINE.fullmatch(line), line


@pytest.mark.parametrize(('option', 'variable', 'levels'), [
    (None, None, {'INFO'}),
    (None, 'debug', {'INFO', 'DEBUG'}),
    (None, '', {'INFO'}),
    ('warn', 'debug', set()),
    ('off', None, set()),
    ('off,sim=DEBUG', None, {'INFO', 'DEBUG'}),
    ('warn,devices=info', None, {'INFO'}),
    ('sim::board=debug', 'off', {'INFO', 'DEBUG'}),
])
def test_the_option_overrules_the_environment_and_both_the_default(option, variable, levels):
    options = ['--trace', option] if option else []

    log = log_of(*options, MELPOMENE_TRACE=variable)

    assert {LINE.match(line).group(3).strip() for line in log.splitlines()} == levels


def test_a_filter_picks_by_target():
    log = log_of('--trace', 'off,devices::tcp_uart=info')

    assert {LINE.match(line).group(4) for line in log.splitlines()} == {'devices::tcp_uart'}


def log_on_terminal(**changes):
    """The same log as written to a terminal."""
    master, slave = os.openpty()
    done = run('-c', 'two_uarts.json', '--until', '0s', stderr=slave, env=environment(**changes))
    os.close(slave)
    assert done.returncode == 0
    parts = []
    try:
        while part := os.read(master, 4096):
            parts.append(part)
    except OSError:
        pass  # how a terminal says that nobody has its other end any more
    os.close(master)
    return b''.join(parts).decode().replace('\r\n', '\n')


def test_colors_are_for_terminals_whose_owner_has_not_refused_them():
    plain = re.compile('\033' + r'\[\d+m')

    colored = log_on_terminal(TERM='xterm')

    assert '\033[' in colored
    for line in plain.sub('', colored).splitlines():
        assert LINE.fullmatch(line), line
    assert '\033' not in log_on_terminal(TERM='xterm', NO_COLOR='1')
    assert '\033' not in log_on_terminal(TERM='dumb')
    assert '\033' not in log_of()


def test_a_line_is_written_in_one_piece():
    """Else the lines of two machines that share a terminal would run into each other."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) # keeps pieces apart
    with ours, theirs:
        run('-c', 'two_uarts.json', '--until', '0s', stderr=theirs)
        run('--no-such-option', stderr=theirs)
        ours.setblocking(False)
        pieces = []
        try:
            while piece := ours.recv(1 << 16):
                pieces.append(piece.decode())
        except BlockingIOError:
            pass

    assert len(pieces) >= 6
    for piece in pieces:
        assert LINE.fullmatch(piece.rstrip('\n')) or piece.startswith('melpo: '), piece
        assert piece.endswith('\n'), piece


# ---- what cannot run ----

@pytest.mark.parametrize(('change', 'why'), [
    ('kernel.heap_size=4KiB', 'kernel.heap_size'),
    ('kernel.max_drivers=1', 'kernel.max_drivers'),
])
def test_a_machine_whose_drivers_find_no_room_is_status_1_and_says_what_to_change(change, why):
    done = run('-c', 'two_uarts.json', '--set', change)

    assert done.returncode == 1
    assert re.search(rf'^\S+ ERROR sim::board: .* uart=\w+ .*{why}', done.stderr, re.M)
