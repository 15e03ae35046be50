"""Which letters can be printed: DejaVu Sans rides along with Matplotlib; other scripts need a font of the computer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def font_folder() -> Path:
    """The folder of the fonts that ship inside Matplotlib, DejaVu Sans among them."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@lru_cache(maxsize=1)
def _ours() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    faces = [FT2Font(str(font_folder() / name)) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")]
    return frozenset(faces[0].get_charmap()) & frozenset(faces[1].get_charmap())


def foreign(text: str) -> str:
    """The characters of a text that DejaVu Sans does not have, each once, sorted."""
    return "".join(sorted(c for c in set(text) if c.isprintable() and not c.isspace() and ord(c) not in _ours()))


def drawable(text: str) -> bool:
    """Whether a text can be drawn on a map as it stands."""
    return not foreign(text) and text.isprintable()


@lru_cache(maxsize=64)
def unprintable(letters: str) -> str:
    """Those of the (foreign) letters that no font of this computer has either."""
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import FT2Font

    left = set(letters)
    for entry in fontManager.ttflist:
        if not left:
            break
        if "LastResort" in entry.fname:  # has every code, and draws a box for it
            continue
        try:
            left -= {chr(code) for code in FT2Font(entry.fname).get_charmap()}
        except (OSError, RuntimeError, ValueError):
            continue
    return "".join(sorted(left))
