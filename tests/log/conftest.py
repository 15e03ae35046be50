"""A mission file, and processes of their own that write to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from homeward.log import MissionLog
from tests.missions import ATTACHMENTS, lost_walker

Start = Callable[..., BaseProcess]


@pytest.fixture(scope="session")
def _walker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "walker.homeward"
    with MissionLog.create(path) as log:
        log.append(lost_walker(), ATTACHMENTS)
    return path


@pytest.fixture
def file(tmp_path: Path, _walker: Path) -> Path:
    """A mission file with the lost walker's mission in it."""
    return Path(shutil.copy(_walker, tmp_path))


@pytest.fixture
def start() -> Start:
    """Starts a function in a process of its own, forked from one that has loaded the mission room already."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.log.writers"])

    def run(target: Callable[..., None], *args: Any) -> BaseProcess:
        process = context.Process(target=target, args=args, daemon=True)
        process.start()
        return process

    return run
