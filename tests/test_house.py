"""The rules of the house that a machine can hold: sizes, names, addresses, docs that match the code."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import homeward

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "homeward"
LONGEST_FILE, LONGEST_BODY = 400, 60


def tracked() -> list[Path]:
    out = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if out.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in out.stdout.splitlines() if (ROOT / name).is_file()]


def python_files() -> Iterator[Path]:
    for folder in ("src", "tests", "bench", "scripts"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_no_tracked_file_names_a_package_index_or_mirror():
    hosts = re.compile(rb"pypi\.org|pythonhosted\.org|registry\.npmjs|/simple/|extra-index-url|find-links|deb\.debian")
    guilty = [p for p in tracked() if p != Path(__file__) and hosts.search(p.read_bytes())]
    assert guilty == []


def test_lock_has_a_hash_for_every_package_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9][\w.-]*==", text, flags=re.M)
    assert len(packages) > 40
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9][\w.-]*==)", text, flags=re.M)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_files_and_functions_stay_small():
    """A longer one says why in a comment that starts with `# Long:`."""
    too_long = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if len(lines) > LONGEST_FILE and "# Long:" not in text:
            too_long.append(f"{path.relative_to(ROOT)}: {len(lines)} lines")
        if SOURCE in path.parents:
            too_long += [f"{path.relative_to(ROOT)}:{name}: {n} lines" for name, n in bodies(text, lines)]
    assert too_long == []


def bodies(text: str, lines: list[str]) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            size = (node.end_lineno or 0) - first.lineno + 1
            whole = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            if size > LONGEST_BODY and "# Long:" not in whole:
                yield node.name, size


def test_no_code_prints_or_reads_the_clock_outside_the_front_doors():
    forbidden = re.compile(r"datetime\.now\(|time\.time\(|utcnow\(|date\.today\(|np\.random\.(?!default_rng|Generator)")
    guilty = []
    for path in sorted(SOURCE.rglob("*.py")):
        if path == SOURCE / "desk" / "clock.py":
            continue
        guilty += [
            f"{path.relative_to(ROOT)}:{i}"
            for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if forbidden.search(line)
        ]
    assert guilty == []


UNIT = re.compile(r"\w+_(m|m2|km2|km|s|h|min|mps|deg)$")


ROOMS = ("geo", "mission", "terrain", "detect", "belief", "search", "team", "rescue", "desk")
DOORS = (
    *("team.posts", "team.rally", "rescue.carry", "rescue.destination", "rescue.evacuate", "rescue.hold"),
    *("rescue.landing", "rescue.records", "rescue.relay", "rescue.roads"),
)
"""Modules of a room that others take by their own names."""


def public_arguments() -> Iterator[tuple[str, str]]:
    for room in ROOMS + DOORS:
        module = importlib.import_module(f"homeward.{room}")
        for name in getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")]):
            thing = getattr(module, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                try:
                    arguments = inspect.signature(thing).parameters
                except (ValueError, TypeError):
                    continue
                yield from ((f"{room}.{name}", a) for a in arguments if UNIT.fullmatch(a))


def test_every_public_quantity_with_a_unit_is_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    known = set(re.findall(r"`(\w+)`", glossary))
    missing = sorted({f"{a} ({where})" for where, a in public_arguments() if a not in known})
    assert missing == []


def test_architecture_names_only_what_exists():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {n for n in re.findall(r"`([\w./]+)`", text) if "/" in n}
    gone = [n for n in named if not any((base / n).exists() for base in (ROOT, SOURCE))]
    assert gone == []


def test_command_line_page_is_up_to_date():
    out = subprocess.run(
        [sys.executable, "scripts/cli_page.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert out.returncode == 0, out.stdout + out.stderr


def test_every_module_says_what_it_is():
    silent = [
        m.name
        for m in pkgutil.walk_packages([str(SOURCE)], "homeward.")
        if not (importlib.import_module(m.name).__doc__ or "").strip()
    ]
    assert silent == []


def test_decisions_are_numbered_without_gaps_or_doubles():
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_data_tables_name_their_sources():
    for path in SOURCE.rglob("*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0]
        assert "source" in header.split(","), f"{path.relative_to(ROOT)} has no source column"


def test_version_is_said_once():
    assert f'version = "{homeward.__version__}"' in (ROOT / "pyproject.toml").read_text()
