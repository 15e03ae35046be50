"""Files written whole: who may read them, who was first, and nothing left over."""

from __future__ import annotations

import os
import stat

import pytest

from homeward.desk.files import write_secret, write_whole
from homeward.errors import BadFile


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_as_open_as_its_owner_wants_and_a_private_one_its_owners_alone(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "open.txt", b"1", remedy="")
        write_whole(tmp_path / "mine.txt", b"1", remedy="", private=True)
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "open.txt") == 0o640
    assert mode_of(tmp_path / "mine.txt") == 0o600


def test_what_cannot_be_written_leaves_nothing_and_the_older_file_as_it_was(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadFile, match=r"cannot be written.*Try elsewhere"):
        write_whole(tmp_path / "folder", b"1", remedy="Try elsewhere.")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_of_two_secrets_the_first_stays(tmp_path):
    write_secret(tmp_path / "m.key", "first")
    write_secret(tmp_path / "m.key", "second")
    assert (tmp_path / "m.key").read_text() == "first"
    assert mode_of(tmp_path / "m.key") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["m.key"]
