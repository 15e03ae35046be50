"""The benchmarks' own logic: fits, tables, the page, names on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from bench.__main__ import main
from bench._measure import cpu_clock, slope
from bench._report import put_in_page, section, table


def test_slope_is_the_exponent_of_a_power_law():
    sizes = [10, 30, 100, 1000]
    assert slope(sizes, [3 * n**1.7 for n in sizes]) == pytest.approx(1.7)
    assert slope(sizes, [5.0] * 4) == pytest.approx(0.0, abs=1e-12)


PEAKS = """
import numpy as np
from bench._measure import measured
costs = [measured(work)[1] for work in (lambda: 0, lambda: np.ones(40_000_000, dtype=np.uint8).sum(), lambda: 0)]
print(*(cost.peak_mb for cost in costs))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak can be set back on Linux alone")
def test_peak_memory_counts_what_was_freed_again_and_forgets_what_came_before():
    """In a process of its own: one that was larger before may have room that counts already."""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", PEAKS], check=True, capture_output=True, text=True, env=os.environ | path
    )
    rest, most, after = map(float, done.stdout.split())
    assert most > rest + 30
    assert after < most - 20


def test_stopwatches_stand_still_while_nothing_is_computed():
    began = time.perf_counter()
    with cpu_clock():
        inside = time.perf_counter()
        time.sleep(0.2)
        assert time.perf_counter() - inside < 0.1
    assert time.perf_counter() - began >= 0.2


def test_unknown_benchmark_is_one_sentence_with_the_names_that_there_are(capsys):
    assert main(["quality_sweep", "40"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("There is no benchmark '40'.")
    assert all(name in said for name in ("quality_rooms", "quality_allocate", "speed", "travel"))
    assert "_measure" not in said


def test_table_is_markdown_with_figures_on_the_right():
    lines = table(["rule", "value"], [["greedy", 0.5], ["x", float("nan")], ["n", 12]], digits=2).splitlines()
    assert lines == [
        "| rule   | value |",
        "| ------ | ----: |",
        "| greedy |  0.50 |",
        "| x      |     - |",
        "| n      |    12 |",
    ]


def test_a_section_of_the_page_is_replaced_and_the_others_are_kept(tmp_path):
    page = tmp_path / "docs" / "page.md"
    for name, figure in (("speed", "old"), ("quality", "kept"), ("speed", "new")):
        text = section(name, "What it is.\n\npython -m bench x\n\nMore words.", f"| {figure} |", f"run {name}")
        put_in_page(page, name, text)
    whole = page.read_text()
    assert whole.startswith("# Benchmarks")
    assert [line for line in whole.splitlines() if line.startswith("## ")] == ["## quality", "## speed"]
    assert "| kept |" in whole
    assert "| new |" in whole
    assert "old" not in whole
    assert whole.count("More words.") == 2
    assert "python -m bench x" not in whole


def test_what_is_no_table_is_set_as_printed():
    assert "```\na   b\n```" in section("n", "W.", "\na   b\n", "c")
