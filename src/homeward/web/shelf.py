"""What was last made for the page, kept until the log grows: many screens look at one mission."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

from homeward import desk
from homeward.errors import BadInput
from homeward.web.plain import all_for_page

KEPT_PICTURES = 8
KEPT_S = 50.0
"""How long the page's data is kept where it changes with time although nothing is written: chances and dates."""


class Shelf:
    """The page's data, pictures and papers of the mission at `path`."""

    def __init__(self, path: Path, *, personal: bool) -> None:
        self._path = path
        self._personal = personal
        self._mission_lock, self._papers_lock, self._pictures_lock = (threading.Lock() for _ in range(3))
        self._mission: tuple[int, float, bytes] | None = None
        self._papers: tuple[int, dict[str, tuple[str, bytes]]] | None = None
        self._pictures: dict[str, tuple[str, bytes]] = {}

    def mission(self) -> bytes:
        """The page's data as JSON, with the log's length as `seq`; pictures are named, not carried inside."""
        with self._mission_lock:
            seq = desk.last_seq(self._path)
            if self._mission is None or self._mission[0] != seq or time.monotonic() > self._mission[1]:
                data = all_for_page(desk.page_data(self._path, personal=self._personal)) | {"seq": seq}
                moves = data.get("warning") or data.get("muster") or data.get("messages")
                until = time.monotonic() + KEPT_S if moves else math.inf
                self._mission = seq, until, json.dumps(self._outlined(data), ensure_ascii=False).encode()
            return self._mission[2]

    def picture(self, name: str) -> tuple[str, bytes]:
        """Media type and content of a picture that `mission` named."""
        with self._pictures_lock:
            found = self._pictures.get(name)
        if found is None:
            raise BadInput("This picture is not here any more. Reload the page.")
        return found

    def documents(self) -> dict[str, tuple[str, bytes]]:
        """The papers and files for the plan in force: name -> (media type, content)."""
        with self._papers_lock:  # drawing takes seconds: it holds up nobody but who wants papers
            seq = desk.last_seq(self._path)
            if self._papers is None or self._papers[0] != seq:
                self._papers = seq, desk.documents(self._path)
            return self._papers[1]

    def exported(self, kind: str) -> tuple[str, bytes]:
        """File name and content of the mission in one of `desk.export`'s formats; several files as one ZIP archive."""
        with self._papers_lock, tempfile.TemporaryDirectory(prefix="homeward-") as scratch:
            folder = Path(scratch)
            desk.export(self._path, folder, formats=[kind], personal=self._personal)
            files = sorted(p for p in folder.rglob("*") if p.is_file())
            if len(files) == 1:
                return files[0].name, files[0].read_bytes()
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in files:
                    archive.write(file, file.relative_to(folder).as_posix())
            return f"{kind}.zip", packed.getvalue()

    def markings(self, told: dict[str, Any]) -> tuple[str, bytes]:
        """File name and content of the PDF with a building's markings; `told` as `desk.building_markings` takes it."""
        with self._papers_lock, tempfile.TemporaryDirectory(prefix="homeward-") as scratch:
            desk.building_markings(self._path, told.pop("name"), Path(scratch), **told)
            paper = next(Path(scratch).glob("*.pdf"))
            return paper.name, paper.read_bytes()

    def _outlined(self, data: dict[str, Any]) -> dict[str, Any]:
        """The data with the hillshade's data URL replaced by an address that the browser keeps."""
        ground = data.get("ground")
        if not ground:
            return data
        shade = ground["hillshade"]
        head, _, content = shade["url"].partition(";base64,")
        picture = base64.b64decode(content)
        name = hashlib.sha256(picture).hexdigest()
        with self._pictures_lock:
            self._pictures[name] = head.removeprefix("data:"), picture
            while len(self._pictures) > KEPT_PICTURES:
                del self._pictures[next(iter(self._pictures))]
        return {**data, "ground": {**ground, "hillshade": {**shade, "url": f"/api/pictures/{name}"}}}
