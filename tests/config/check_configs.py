#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Proves that parser, schema and messages agree, on files and on many small variations.

    check_configs.py CONFIG_TOOL SOURCE_ROOT [MELPO]

bad/NAME.json must be refused with exactly the lines of bad/NAME.expected; good/*.json and the
configs/ of the source tree must be accepted. The JSON Schema must accept what the parser accepts
and refuse what it refuses, but for the few files of BEYOND_THE_SCHEMA. With MELPO, the program
itself is run on every bad file too.
"""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

TOOL = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(sys.argv[2]).resolve()
MELPO = pathlib.Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else None
HERE = ROOT / "tests" / "config"
BAD = sorted((HERE / "bad").glob("*.json"))
GOOD = sorted((HERE / "good").glob("*.json"))
SHIPPED = sorted(p for p in (ROOT / "configs").glob("*.json") if p.name != "melpo.schema.json")

# Refused by the parser, accepted by the schema: JSON Schema has no words for it.
BEYOND_THE_SCHEMA = {
    # one value has to differ from another's
    "clash_keyboard_port", "clash_mux_port_default", "clash_mux_ports", "clash_mux_shell",
    "clash_uart_addresses", "clash_uart_names", "clash_uart_wildcard",
    # the text, not its meaning: validators see neither
    "duplicate_escaped", "duplicate_key", "duplicate_section",
    "syntax_half_pair", "syntax_long_number",
}


def pattern(_validator, expression, instance, _schema):
    """JSON Schema's "$" is the very end; Python's also matches before a last newline."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", expression), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match")


SCHEMA = json.loads((ROOT / "configs" / "melpo.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"pattern": pattern})(SCHEMA)


def no_constant(word):
    raise ValueError(word)


def schema_accepts(data):
    """Whether `data`, bytes of a file, is JSON that the schema accepts."""
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=no_constant)
    except ValueError:  # includes UnicodeDecodeError
        return False
    return VALIDATOR.is_valid(value)


def run(*arguments, cwd=None, env=None):
    return subprocess.run([str(a) for a in arguments], cwd=cwd, env=env, capture_output=True,
                          timeout=60, check=False)


def check(names, cwd):
    """Returns {name: lines of its problems}."""
    done = run(TOOL, "check", *names, cwd=cwd)
    assert done.returncode == 0, done.stderr
    found, lines = {}, []
    for line in done.stdout.decode("utf-8").splitlines():
        end = re.match(r"== \d+ (.*)", line)
        if end:
            found[end.group(1)] = lines
            lines = []
        else:
            lines.append(line)
    return found


def resolve(schema):
    """The schema with its $ref, if any, laid under its own words."""
    while "$ref" in schema:
        target = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


def leaves(schema, path=()):
    """Every key that is no object, as (path, its schema); a list's item as index 0."""
    for key, below in schema["properties"].items():
        below = resolve(below)
        if below.get("type") == "object":
            yield from leaves(below, path + (key,))
        elif below.get("type") == "array":
            yield from leaves(resolve(below["items"]), path + (key, 0))
        else:
            yield path + (key,), below


def nest(path, value):
    for step in reversed(path):
        value = [value] if step == 0 else {step: value}
    return value


def defaults_of(schema):
    """What the schema says `{}` means."""
    if "default" in schema:
        return schema["default"]
    return {key: defaults_of(resolve(below)) for key, below in schema["properties"].items()
            if key != "$schema"}


def printed(path, *sets):
    done = run(TOOL, "print", path, *sets)
    assert done.returncode == 0, done.stderr
    return done.stdout


ANYTHING = [None, True, False, -1, 0, 1, 2, 3, 1.5, 16.0, 64, 1e300, "", "x", "1", "info", "tcp",
            "a" * 31, "a" * 32, "é" * 255, "é" * 256, "\0", [], {}, [{}], {"enabled": True}]
DURATIONS = ["0us", "1us", "01s", "86400000000us", "86400000001us", "86400000ms", "86400001ms",
             "86400s", "86401s", "1440m", "1441m", "24h", "25h", "1d", "2d", "9us", "10000000000us",
             "79999999999us", "90000000000us", "1S", "1 s", " 1s", "1s ", "1s\n", "+1s", "-1s", "s",
             "1ns", "1.0s", "1e3s", "18446744073709551616us", "99999999999999999999d"]
SIZES = ["4KiB", "3KiB", "4096B", "4095B", "1073741824B", "1073741825B", "1048576KiB",
         "1048577KiB", "1024MiB", "1025MiB", "1GiB", "2GiB", "1MB", "1mib", "0MiB", "04KiB",
         "4 KiB", "4KiB\n", "9999B", "10000B", "1000000000B", "1100000000B", 4095, 4096,
         4096.0, 1073741824, 1073741825, 5000.5]
ADDRESSES = ["127.0.0.1:0", "127.0.0.1:65535", "127.0.0.1:65536", "127.0.0.1:00", "127.0.0.1:",
             "127.0.0.1", "0.0.0.0:1", "255.255.255.255:1", "256.0.0.1:1", "1.2.3:1",
             "1.2.3.4.5:1", "01.2.3.4:1", "1.2.3.4:+1", "1.2.3.4:1 ", " 1.2.3.4:1",
             "1.2.3.4:1\n", "localhost:1", ":1", "[]:1", "[::]:1", "[::1]:1", "::1:1", "[::1]",
             "[::1]1", "[::1:1", "[1.2.3.4]:1", "[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7]:1",
             "[1:2:3:4:5:6:7:8:9]:1", "[1:2:3:4:5:6:7::]:1", "[::2:3:4:5:6:7:8]:1", "[1::8]:1",
             "[1::3::8]:1", "[1:2:3:4::5:6:7:8]:1", "[12345::]:1", "[g::]:1", "[ABCD::ef]:1",
             "[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.256]:1", "[::1.2.3.4]:1",
             "[1:2:3:4:5:6:1.2.3.4]:1", "[1:2:3:4:5:6:7:1.2.3.4]:1", "[1:2:3:4:5::1.2.3.4]:1",
             "[1:2:3:4::5:1.2.3.4]:1", "[1:2:3::4:5:1.2.3.4]:1", "[1:2::3:4:5:1.2.3.4]:1",
             "[1::2:3:4:5:1.2.3.4]:1", "[::2:3:4:5:6:1.2.3.4]:1", "[1.2.3.4::]:1", "[:1]:1",
             "[1:]:1", "[:::]:1", "[fe80::1%lo]:1", "[::0001]:1", "[::00001]:1", "[::1.2.3]:1",
             "[::01.2.3.4]:1", "[::ffff:0102:0304]:1", "[::102:304]:1"]

COLORS = ["#000000", "#ffffff", "#FFFFFF", "#00d2fF", "000000", "#00000", "#0000000", "#00000g",
          "# 00000", "#-00000", "#000000\n", "#0x0000", "blue"]


def values_for(path, schema):
    values = list(ANYTHING) + schema.get("enum", [])
    for bound in ("minimum", "maximum"):
        if bound in schema:
            values += [schema[bound] - 1, schema[bound], schema[bound] + 1]
    return values + {"interval": DURATIONS, "spawnulator_timeout": DURATIONS, "heap_size": SIZES,
                     "address": ADDRESSES, "on_color": COLORS,
                     "off_color": COLORS}.get(path[-1], [])


def services_in_all_ways():
    """Every combination of the switches that depend on each other, each service on its port."""
    for bits in range(1 << 7):
        on = [bool(bits >> i & 1) for i in range(7)]
        yield {"services": {"serial_mux": {"enabled": on[0]}, "sermux_loopback": {"enabled": on[1]},
                            "sermux_hello": {"enabled": on[2]}, "sermux_trace": {"enabled": on[3]},
                            "keyboard_mux": {"enabled": on[4], "sermux_port_enabled": on[5]}},
               "platform": {"uarts": [{"attach": "serial_mux" if on[6] else "hello"}]}}


class Configs(unittest.TestCase):
    maxDiff = None

    def assert_agree(self, values):
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for i, value in enumerate(values):
                names.append(f"{i}.json")
                (pathlib.Path(folder) / names[-1]).write_text(json.dumps(value), "utf-8")
            found = check(names, folder)
        for name, value in zip(names, values):
            with self.subTest(value=value):
                self.assertEqual(not found[name], schema_accepts(json.dumps(value).encode()),
                                 found[name])

    def assert_refused(self, name, *lines, cwd=None):
        self.assertEqual(check([name], cwd or os.getcwd())[str(name)], list(lines))

    def test_there_are_at_least_60_bad_files(self):
        self.assertGreaterEqual(len(BAD), 60)

    def test_each_bad_file_gives_exactly_its_messages(self):
        found = check([p.name for p in BAD], HERE / "bad")
        for path in BAD:
            with self.subTest(path.name):
                expected = path.with_suffix(".expected").read_text("utf-8").splitlines()
                self.assertTrue(expected)
                self.assertEqual(found[path.name], expected)

    def test_the_program_refuses_each_bad_file_with_status_2_and_nothing_started(self):
        if not MELPO:
            self.skipTest("no program given")
        for path in BAD:
            with self.subTest(path.name):
                done = run(MELPO, "--check-config", path.name, cwd=path.parent)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr, path.with_suffix(".expected").read_bytes())
                self.assertEqual(run(MELPO, "-c", path.name, cwd=path.parent).returncode, 2)

    def test_good_and_shipped_files_are_accepted(self):
        self.assertTrue(GOOD and SHIPPED)
        for path, lines in check(GOOD + SHIPPED, ROOT).items():
            self.assertEqual(lines, [], path)

    def test_what_is_printed_is_read_again_and_prints_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            again = pathlib.Path(folder) / "again.json"
            for path in GOOD + SHIPPED:
                with self.subTest(path.name):
                    again.write_bytes(printed(path))
                    self.assertEqual(printed(again), again.read_bytes())
                    self.assertTrue(schema_accepts(again.read_bytes()))

    def test_each_good_file_prints_what_it_says(self):
        def said(part, whole):
            if isinstance(part, dict):
                return all(k == "$schema" or said(v, whole[k]) for k, v in part.items())
            if isinstance(part, list):
                return len(part) == len(whole) and all(map(said, part, whole))
            return part == whole
        for path in SHIPPED + [HERE / "good" / "everything.json"]:
            with self.subTest(path.name):
                self.assertTrue(said(json.loads(path.read_text("utf-8")),
                                     json.loads(printed(path))))

    def test_the_schema_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_the_schema_agrees_with_the_parser_on_every_file(self):
        for path in GOOD + SHIPPED:
            self.assertTrue(schema_accepts(path.read_bytes()), path)
        for path in BAD:
            self.assertEqual(schema_accepts(path.read_bytes()), path.stem in BEYOND_THE_SCHEMA,
                             path)

    def test_the_schema_agrees_with_the_parser_on_every_key_and_value(self):
        for path, schema in leaves(SCHEMA):
            self.assert_agree([nest(path, value) for value in values_for(path, schema)])

    def test_the_schema_agrees_with_the_parser_on_what_needs_what(self):
        self.assert_agree(list(services_in_all_ways()))

    def test_keys_and_defaults_of_the_schema_are_those_of_the_parser(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = pathlib.Path(folder) / "empty.json"
            empty.write_text("{}")
            self.assertEqual(json.loads(printed(empty)), defaults_of(SCHEMA))

    def test_every_key_of_the_schema_is_described(self):
        for path, schema in leaves(SCHEMA):
            self.assertIn("description", schema, path)
            self.assertTrue("default" in schema or path == ("$schema",), path)

    def test_keys_laid_over_a_file_are_as_if_written_there(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = pathlib.Path(folder) / "empty.json"
            empty.write_text("{}")
            default = json.loads(printed(empty))
            changed = json.loads(printed(
                empty, "kernel.heap_size=64KiB", "$.platform.display.enabled=false",
                "platform.uarts.0.address=127.0.0.1:0", "platform.uarts[1]={\"name\": \"mux\"}",
                "platform.uarts[1].address=[::1]:7", "services.sermux_hello.message=a=b"))
        expected = copy.deepcopy(default)
        uart = expected["platform"]["uarts"][0]
        expected["kernel"]["heap_size"] = "64KiB"
        expected["platform"]["display"]["enabled"] = False
        expected["platform"]["uarts"] = [{**uart, "address": "127.0.0.1:0"},
                                         {**uart, "name": "mux", "address": "[::1]:7"}]
        expected["services"]["sermux_hello"]["message"] = "a=b"
        self.assertEqual(changed, expected)

    def test_a_key_laid_over_a_file_does_not_hide_that_it_is_there_twice(self):
        done = run(TOOL, "print", "duplicate_key.json", "kernel.heap_size=4KiB", cwd=HERE / "bad")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.decode(), "melpo: duplicate_key.json:3:14: "
                                               "$.kernel.heap_size: duplicate key\n")

    def test_a_key_laid_over_a_file_is_checked_like_any_other(self):
        path = HERE / "good" / "empty_object.json"
        for laid, line in [
                ("kernel.heapsize=1", '--set: $.kernel.heapsize: unknown key; did you mean '
                                      '"heap_size"?'),
                ("kernel.max_drivers=1e999", "--set: $.kernel.max_drivers: expected an integer "
                                             "from 1 to 1024, got inf"),
                ("kernel.max_drivers", "--set kernel.max_drivers: expected PATH=VALUE, such as "
                                       "kernel.heap_size=64KiB"),
                ("platform.uarts.7.name=a", "--set platform.uarts.7.name=a: the path leads "
                                            "nowhere"),
                ("=1", "--set =1: the path leads nowhere"),
                ("kernel..x=1", "--set kernel..x=1: the path leads nowhere"),
                ("kernel[0=1", "--set kernel[0=1: the path leads nowhere")]:
            with self.subTest(laid):
                done = run(TOOL, "print", path, laid)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr.decode(), f"melpo: {line}\n")


class Files(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        self.addCleanup(self.scratch.cleanup)

    def problems(self, name, data=None):
        if data is not None:
            (self.folder / name).write_bytes(data)
        return check([name], self.folder)[name]

    def test_a_directory_is_refused(self):
        (self.folder / "folder.json").mkdir()
        self.assertEqual(self.problems("folder.json"),
                         ["melpo: folder.json: is a directory, not a file"])

    def test_an_unreadable_file_is_refused(self):
        self.assertEqual(self.problems("/proc/self/mem"),
                         ["melpo: /proc/self/mem: cannot be read: Input/output error"])
        if os.geteuid() == 0:
            return  # root reads everything
        (self.folder / "locked.json").write_text("{}")
        (self.folder / "locked.json").chmod(0)
        self.assertEqual(self.problems("locked.json"),
                         ["melpo: locked.json: cannot be read: Permission denied"])

    def test_a_missing_file_is_reported_with_the_places_it_was_looked_for(self):
        line, = self.problems("nowhere.json")
        self.assertEqual(line.split(" and ")[0], "melpo: nowhere.json: no such file in the working "
                                                 f"directory, {ROOT / 'configs'}")
        self.assertEqual(self.problems("./nowhere.json"),
                         ["melpo: ./nowhere.json: cannot be read: No such file or directory"])
        self.assertIn("no such file", self.problems("")[0])

    def test_a_bare_name_is_found_in_the_first_folder_that_has_it(self):
        for name in ("one", "two"):
            (self.folder / name).mkdir()
            (self.folder / name / "a.json").write_text("{}")
        (self.folder / "two" / "b.json").write_text("{}")

        def find(name):
            return run(TOOL, "find", name, "one", "two", cwd=self.folder).stdout.decode().strip()
        self.assertEqual(find("a.json"), "one/a.json")
        self.assertEqual(find("b.json"), "two/b.json")
        (self.folder / "a.json").write_text("{}")
        self.assertEqual(find("a.json"), "a.json")
        self.assertEqual(self.problems("two_uarts.json"), [])  # from the source tree

    def test_a_file_of_a_mebibyte_is_read_and_a_larger_one_refused(self):
        size = 1 << 20
        self.assertEqual(self.problems("full.json", b"{}".ljust(size)), [])
        self.assertEqual(self.problems("huge.json", b"{}".ljust(size + 1)),
                         ["melpo: huge.json: larger than 1048576 bytes"])

    def test_deep_nesting_is_refused_however_deep(self):
        for depth in (33, 500, 500000):
            with self.subTest(depth):
                self.assertEqual(self.problems("deep.json", b"[" * depth + b"]" * depth),
                                 ["melpo: deep.json:1:33: nested deeper than 32 levels"])
        self.assertEqual(self.problems("deep.json", b"[" * 32 + b"]" * 32),
                         ["melpo: deep.json:1:1: $: expected an object, got an array"])

    def test_the_first_thousand_problems_are_listed_and_all_are_counted(self):
        text = "{" + ",\n".join(f'"k{i}": 0' for i in range(5000)) + "}"
        lines = self.problems("many.json", text.encode())
        self.assertEqual(len(lines), 1001)
        self.assertTrue(lines[999].startswith("melpo: many.json:1000:1: $.k999: unknown key"))
        self.assertEqual(lines[1000], "melpo: and 4000 more")

    def test_a_large_file_on_one_line_is_read_in_linear_time(self):
        text = "{" + ",".join(f'"{i}": [0]' for i in range(70000)) + "}"
        self.assertEqual(len(self.problems("wide.json", text.encode())), 1001)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
