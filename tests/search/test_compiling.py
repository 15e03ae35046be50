"""Compiling once: who finds another at it leaves it alone, and a sign of the dead is taken away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from homeward.search.compiling import STALE_S, alone, is_busy, start_apart
from homeward.search.sweep import ready


def test_only_one_works_at_a_time(tmp_path: Path) -> None:
    sign, done = tmp_path / "cache" / "x-compiling", []

    def work() -> None:
        assert is_busy(sign)
        alone(sign, lambda: done.append("second"))
        done.append("first")

    alone(sign, work)
    assert done == ["first"]
    assert not is_busy(sign)


def test_a_sign_of_the_dead_is_taken_away(tmp_path: Path) -> None:
    sign = tmp_path / "x-compiling"
    sign.mkdir()
    os.utime(sign, (sign.stat().st_mtime - 2 * STALE_S,) * 2)
    assert not is_busy(sign)
    assert not sign.exists()


def test_a_sweep_starts_no_second_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "_sign", lambda: tmp_path / "sign")
    monkeypatch.setattr(ready, "is_ready", lambda: False)
    monkeypatch.setattr(ready, "start_apart", lambda code: pytest.fail("a second compiler was started"))
    (tmp_path / "sign").mkdir()
    apart = ready.compile_apart()
    assert apart.poll() is None
    (tmp_path / "sign").rmdir()
    assert apart.poll() == 1


def test_while_one_runs_no_other_is_started() -> None:
    code = "import time; time.sleep(5)"
    first = start_apart(code)
    try:
        assert start_apart(code) is first
    finally:
        first.kill()
        first.wait()
    again = start_apart("pass")
    assert again.wait() == 0
    assert start_apart("pass") is not again
