"""Papers of the muster: a sheet with the QR code by which people sign in, and the roll-call list with who comes when.

The layout is `muster_sheet.typ`; all words of people reach it as data, never as markup. People appear by call sign.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, Final

from homeward.exchange.paper import compiled, paper_of

Json = dict[str, Any]
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
    data = {**text, "paper": paper_of(paper).typst, "qr": bool(link), "link": link}
    pictures = {"qr.svg": qr_code(link)["svg"]} if link else {}
    return compiled("muster_sheet.typ", data, at=made_at, pictures=pictures)
