# SPDX-License-Identifier: MIT OR Apache-2.0
"""An installed melpo finds its configurations, with no source tree in sight."""
import os
import pathlib
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


@pytest.fixture(scope='module')
def prefix(tmp_path_factory):
    """Where melpo was installed the way packages are made: staged, then moved into place."""
    folder = tmp_path_factory.mktemp('install')
    source, staged, prefix = folder / 'source', folder / 'staged', folder / 'prefix'
    shutil.copytree(TOP, source, ignore=shutil.ignore_patterns('build*', '.git', 'melpo'))
    do('meson', 'setup', 'build', f'--prefix={prefix}', '-Dbuildtype=plain', '-Dsdl=enabled',
       cwd=source)
    do('meson', 'compile', '-C', 'build', 'crowtty', 'melpo', 'melpo-window', 'mnemos',
       cwd=source)
    do('meson', 'install', '-C', 'build', '--no-rebuild', f'--destdir={staged}', cwd=source)
    shutil.rmtree(source)
    shutil.move(staged / prefix.relative_to('/'), prefix)
    return prefix


def run(prefix, *options):
    words = [prefix / 'bin' / 'melpo', *options]
    return subprocess.run(words, cwd='/', env=environment(), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT_S, check=False)


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
    wanted = ('bin/', 'include/', 'lib/', 'share/doc/mnemos/', 'share/man/',
              'share/melpo/')
    assert all(one.startswith(wanted) for one in files), files
