"""Papers of the muster: a sheet with the QR code by which people sign in, and the roll-call list with who comes when.

The layout is `muster_sheet.typ`; all words of people reach it as data, never as markup. People appear by call sign.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from homeward.errors import BadInput
from homeward.exchange.fonts import font_folder, foreign

Json = dict[str, Any]
PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
QR_SCALE: Final = 12
"""Pixels to a module of the QR code as PNG."""


def qr_code(link: str) -> dict[str, bytes]:
    """The QR code of a link as PNG and SVG, error correction M (ISO/IEC 18004: 15 % of it may be lost)."""
    import segno

    code = segno.make(link, error="m", micro=False)
    made = {}
    for kind in ("png", "svg"):
        out = io.BytesIO()
        code.save(out, kind=kind, scale=QR_SCALE, border=4)
        made[kind] = out.getvalue()
    return made


def write_muster_sheet(text: Json, *, link: str, made_at: datetime, paper: str = "a4") -> bytes:
    """The PDF: with a `link` the sign-in sheet first, then the roll-call list. `text` as `muster_sheet.typ` names it.

    The same arguments give the same bytes on one computer.
    """
    import typst

    if paper not in PAPERS:
        raise BadInput(f"There is no paper {paper!r}. Choose {' or '.join(PAPERS)}.")
    packed = json.dumps(
        {**text, "paper": PAPERS[paper], "qr": bool(link), "link": link}, ensure_ascii=False, sort_keys=True
    )
    sources: Any = {
        "main.typ": files("homeward.exchange").joinpath("muster_sheet.typ").read_bytes(),
        "data.json": packed.encode("utf-8", "replace"),
    }
    if link:
        sources["qr.svg"] = qr_code(link)["svg"]
    pdf: bytes = typst.compile(
        sources,
        font_paths=[str(font_folder())],
        ignore_system_fonts=not foreign(packed),
        timestamp=made_at.astimezone(UTC),
    )
    return pdf
