# SPDX-License-Identifier: MIT OR Apache-2.0
"""An installed melpo finds its configurations, with no source tree in sight; and one is built
without SDL2 and without the tests, as `scripts/dev melpo` does."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from machine import LIMIT_S, environment

TOP = pathlib.Path(__file__).resolve().parents[2]


def do(*words, cwd):
    done = subprocess.run(list(map(str, words)), cwd=cwd, env=environment(DESTDIR=None), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=2 * LIMIT_S,
                          check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(name='source', scope='module')
def copied_source(tmp_path_factory):
    source = tmp_path_factory.mktemp('install') / 'source'
    shutil.copytree(TOP, source, ignore=shutil.ignore_patterns('build*', '.git', 'melpo'))
    return source


@pytest.fixture(name='plain', scope='module')
def built_without_sdl(source):
    """A folder with a melpo that was built as if there were no SDL2."""
    plain = source.parent / 'plain'
    do('meson', 'setup', 'build', f'--prefix={source.parent / "prefix"}', '-Dbuildtype=plain',
       '-Dsdl=disabled', '-Dtests=false', cwd=source)
    assert 'sdl2' not in (source / 'build' / 'build.ninja').read_text(encoding='utf-8').lower()
    do('meson', 'compile', '-C', 'build', 'melpo', cwd=source)
    plain.mkdir()
    shutil.copy(source / 'build' / 'sim' / 'melpo', plain)
    return plain


@pytest.fixture(name='prefix', scope='module')
def installed(source, plain): # which goes first: most of what it compiled is used again
    """Where melpo was installed the way packages are made: staged, then moved into place."""
    staged, prefix = plain.parent / 'staged', plain.parent / 'prefix'
    do('meson', 'setup', 'build', '--reconfigure', '-Dsdl=enabled', cwd=source)
    do('meson', 'compile', '-C', 'build', 'crowtty', 'melpo', 'melpo-window', 'mnemos',
       cwd=source)
    do('meson', 'install', '-C', 'build', '--no-rebuild', f'--destdir={staged}', cwd=source)
    shutil.rmtree(source)
    shutil.move(staged / prefix.relative_to('/'), prefix)
    return prefix


def run(prefix, *options):
    return execute(prefix / 'bin' / 'melpo', *options)


def execute(*words):
    return subprocess.run(words, cwd='/', env=environment(), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT_S, check=False)


def test_a_melpo_without_sdl_is_headless_and_says_so_once(plain):
    done = execute(plain / 'melpo', '-c', TOP / 'configs' / 'headless.json', '--until', '0s',
                   '--set', 'platform.uarts=[]', '--set', 'platform.display.enabled=true')

    assert done.returncode == 0, done.stderr
    assert len(re.findall('WARN|ERROR', done.stderr)) == 1
    assert ('no window; the machine is headless why="melpo-window.so, the part that needs SDL2, '
            'is not installed"') in done.stderr


def test_an_installed_melpo_boots_its_own_configurations(prefix):
    shipped = {path.name for path in (TOP / 'configs').iterdir()}

    assert {path.name for path in (prefix / 'share/melpo/configs').iterdir()} == shipped
    for name in shipped - {'melpo.schema.json'}:
        assert run(prefix, '--check-config', name).returncode == 0
    done = run(prefix, '-c', 'two_uarts.json', '--until', '0s')
    assert done.returncode == 0, done.stderr
    assert len([line for line in done.stderr.splitlines() if ' listening ' in line]) == 2


def test_an_installed_melpo_finds_its_window(prefix):
    """It is loaded, and then has no display server."""
    done = run(prefix, '-c', 'headless.json', '--until', '0s', '--set', 'platform.uarts=[]',
               '--set', 'platform.display.enabled=true')

    assert done.returncode == 0, done.stderr
    assert 'no window; the machine is headless why="there is no display server' in done.stderr


def test_an_installed_melpo_says_where_it_looked(prefix):
    done = run(prefix, '-c', 'nowhere.json')

    assert done.returncode == 2
    assert f'{prefix}/share/melpo/configs' in done.stderr


def test_nothing_is_installed_but_what_users_need(prefix):
    files = [os.path.relpath(os.path.join(folder, name), prefix)
             for folder, _, names in os.walk(prefix) for name in names]

    assert {'bin/crowtty', 'bin/melpo', 'share/man/man1/crowtty.1'} <= set(files)
    assert [one for one in files if one.endswith('/libmnemos.a')]
    wanted = ('bin/', 'include/', 'lib/', 'lib64/', 'share/doc/mnemos/', 'share/man/',
              'share/melpo/') # lib64: a Debian without dpkg-dev, where meson knows no better
    assert all(one.startswith(wanted) for one in files), files
