#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes the tables of docs/configuration.md from configs/melpo.schema.json.

    config_doc.py [--check]       --check changes nothing and fails if anything would change

What stands before the first line `<!-- keys -->` and after the last `<!-- end of keys -->` is
the author's. That schema and parser say the same is proven by tests/config.
"""
import argparse
import difflib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / 'docs' / 'configuration.md'
SCHEMA = json.loads((ROOT / 'configs' / 'melpo.schema.json').read_text(encoding='utf-8'))
TABLES = re.compile(r'(?<=^<!-- keys -->\n).*(?=^<!-- end of keys -->$)', re.M | re.S)


def resolved(node):
    """The node with what it refers to, its own words first."""
    if '$ref' not in node:
        return node
    target = resolved(SCHEMA['$defs'][node['$ref'].rsplit('/', 1)[1]])
    return {**target, **{key: value for key, value in node.items() if key != '$ref'}}


def range_of(node):
    if node.get('$ref', '').endswith('/duration'):
        return '1us to 1d'
    node = resolved(node)
    if 'enum' in node:
        return ', '.join(f'`{value}`' for value in node['enum'])
    if node.get('type') == 'boolean':
        return '`true`, `false`'
    if 'else' in node:  # a size: a number, or text with a unit
        node = node['else']
    if 'minimum' in node:
        return f'{node["minimum"]} to {node["maximum"]}'
    if 'maxLength' in node:
        return f'{node.get("minLength", 0)} to {node["maxLength"]} characters'
    if len(node.get('pattern', '')) < 40:
        return f'`{node["pattern"]}`'
    return 'ADDRESS:PORT'


def default_of(node):
    return f'`{json.dumps(node["default"])}`' if 'default' in node else ''


def row(name, node):
    cells = (f'`{name}`', default_of(node), range_of(node), resolved(node)['description'])
    return '| ' + ' | '.join(cell.replace('|', '\\|') for cell in cells) + ' |'


def tables(path, node):
    """A heading and a table for each section that has keys of its own."""
    keys = {name: key for name, key in node['properties'].items() if name != '$schema'}
    leaves = {name: key for name, key in keys.items()
              if resolved(key).get('type') not in ('object', 'array')}
    if leaves:
        yield f'\n### {path}\n\n{node["description"]}\n'
        yield '| key | default | range | meaning |\n| --- | --- | --- | --- |'
        yield from (row(name, key) for name, key in leaves.items())
    for name, key in keys.items():
        below = f'{path}.{name}'.lstrip('.')
        key = resolved(key)
        if key.get('type') == 'array':
            yield f'\n### {below}\n\n{key["description"]} At most {key["maxItems"]}.'
            yield from tables(f'{below}[n]', resolved(key['items']))
        elif key.get('type') == 'object':
            yield from tables(below, key)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--check', action='store_true')
    options = parser.parse_args()
    text = PAGE.read_text(encoding='utf-8')
    if not TABLES.search(text):
        sys.exit(f'config_doc: no place for the keys in {PAGE}')
    made = '\n'.join(tables('', SCHEMA)) + '\n\n'
    wanted = TABLES.sub(lambda match: made, text)
    if options.check and wanted != text:
        print('\n'.join(difflib.unified_diff(text.split('\n'), wanted.split('\n'),
                                             'docs/configuration.md', 'the schema', lineterm='')))
        sys.exit('docs/configuration.md differs from the schema: scripts/config_doc.py')
    if not options.check:
        PAGE.write_text(wanted, encoding='utf-8')


if __name__ == '__main__':
    main()
