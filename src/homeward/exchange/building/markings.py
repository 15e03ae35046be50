"""What is painted beside the door of a searched building: FEMA's X and INSARAG's square, and the same in words.

FEMA: one slash (upper left to lower right) while a team is inside, crossed when it leaves; left of it the team and when
it went in, above when it left, right the hazards, below the live and dead still inside, 0 for none; a box around it:
do not enter. Source: FEMA, National US&R Response System, Rescue Field Operations Guide, US&R-23-FG (2006), chapter
"FEMA search assessment marking". INSARAG: a square of 1 m with G or N (go, no go), team, start and end inside; left
the live removed, right the dead removed, below the unaccounted for and where others are, above the hazards; a circle
around it once searched as far as the team can, a line across it once confirmed clear; floors are G, 1, B1. Source:
OCHA, INSARAG Guidelines, Vol. II Manual B and Vol. III Annex B26, "USAR team marking system and signalling".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from homeward.errors import BadInput

ORANGE = "#d35400"
WIDE = 0.62
"""How wide a bold letter of DejaVu Sans is of its size, on average: our measure."""
LEAST = 0.6
"""Letters become no smaller than this share of their size before a line is wrapped: ours."""
Victims = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What the markings of a building say. Times are words as they shall stand there; `left` is "" while inside.

    `inside` are (floor, live, dead) still there, None where nobody said; `levels` are (floor, rooms done, rooms).
    `searched` says that every room was done as far as the team can, `clear` that it was confirmed clear.
    """

    building: str
    team: str
    entered: str
    left: str = ""
    hazards: tuple[str, ...] = ()
    inside: tuple[Victims, ...] | None = None
    removed: tuple[int, int] = (0, 0)
    missing: int | None = None
    go: bool = True
    levels: tuple[tuple[str, int, int], ...] = ()
    searched: bool = False
    clear: bool = False

    def __post_init__(self) -> None:
        if any(n < 0 for _, *counts in self.inside or () for n in counts) or min(self.removed) < 0:
            raise BadInput("Fewer than no people cannot be found. Give 0 or more.")
        if self.clear and not self.searched:
            raise BadInput("A building is confirmed clear once every room was searched. Some are left: see the list.")

    @property
    def still(self) -> tuple[int, int] | None:
        """Live and dead still inside, all floors together; None where nobody said and not all was searched."""
        if self.inside is None:
            return (0, 0) if self.searched else None
        return sum(live for _, live, _ in self.inside), sum(dead for *_, dead in self.inside)


def fema_svg(m: Marking, *, size_mm: float = 80.0) -> str:
    """FEMA's search assessment marking. The four quarters are left, top, right and bottom of the crossing."""
    lines = ["<path d='M25 25L75 75' class='s'/>"]
    lines += ["<path d='M75 25L25 75' class='s'/>"] if m.left else []
    lines += ["<rect x='22' y='22' width='56' height='56' class='s' fill='none'/>"] if not m.go else []
    below = "" if m.still is None else "0" if m.still == (0, 0) else f"{m.still[0]} LIVE  {m.still[1]} DEAD"
    lines += _words(13, 47, [m.team, *m.entered.split(" / ")], size=5, most=24)
    lines += _words(50, 13, m.left.split(" / ") if m.left else [], size=5, most=44)
    lines += _words(87, 50 - 2.5 * (len(m.hazards) - 1), m.hazards or (["none"] if m.left else []), size=4.5, most=24)
    lines += _words(50, 90, [below] if below else [], size=6, most=60)
    return _svg(lines, "#000", size_mm)


def insarag_svg(m: Marking, *, size_mm: float = 80.0) -> str:
    """INSARAG's building marking: the square, what stands in and around it, its circle and its line."""
    lines = ["<rect x='28' y='28' width='44' height='44' class='s' fill='none'/>"]
    lines += ["<circle cx='50' cy='50' r='34' class='s' fill='none'/>"] if m.searched else []
    lines += _words(50, 37, ["G" if m.go else "N"], size=8, most=40)
    lines += _words(50, 46, [m.team, m.entered.replace(" / ", " "), m.left.replace(" / ", " ")], size=4.5, most=40)
    lines += _words(9, 52, [str(m.removed[0])], size=8, most=14)
    lines += _words(91, 52, [str(m.removed[1])], size=8, most=14)
    lines += _words(50, 8, [", ".join(m.hazards) or "no hazards known"], size=4.5, most=90)
    lines += _words(50, 91, _below(m), size=4.5, most=90)
    lines += ["<path d='M4 58H96' class='s'/>"] if m.clear else []
    return _svg(lines, ORANGE, size_mm)


def _below(m: Marking) -> list[str]:
    others = [f"{f}: {live} live, {dead} dead" for f, live, dead in m.inside or () if live or dead]
    first = [] if m.missing is None else [f"{m.missing} unaccounted for"]
    return [*first, "; ".join(others)] if others else first


def in_words(m: Marking) -> list[str]:
    """What the markings say, in sentences, for the radio and the log."""
    lines = [f"{m.building}: {m.team} in at {m.entered.replace(' / ', ' ')}"]
    lines[0] += f", out at {m.left.replace(' / ', ' ')}." if m.left else ", still inside."
    lines += ["DO NOT ENTER."] if not m.go else []
    lines.append(f"Hazards: {', '.join(m.hazards) or 'none known'}.")
    lines.append(f"Removed: {m.removed[0]} live, {m.removed[1]} dead.")
    still = m.still
    where = ", ".join(f"floor {f}: {live} live, {dead} dead" for f, live, dead in m.inside or () if live or dead)
    lines.append(
        "Still inside: not known."
        if still is None
        else f"Still inside: {still[0]} live, {still[1]} dead" + (f" ({where})." if where else ".")
    )
    lines += [] if m.missing is None else [f"Unaccounted for: {m.missing}."]
    lines += [f"Floor {floor}: {done} of {rooms} rooms done." for floor, done, rooms in m.levels]
    lines.append(
        "Confirmed clear." if m.clear else "Searched as far as the team can." if m.searched else "Search not complete."
    )
    return lines


def _words(x: float, y: float, words: Sequence[str], *, size: float, most: float) -> list[str]:
    """Lines of letters below one another, wrapped where one would become too small, and none over another."""
    longest = int(most / (WIDE * LEAST * size))
    lines = [line for word in words if word for line in wrap(word, longest)]
    sizes = [min(size, most / (WIDE * len(line))) for line in lines]
    out, at = [], y
    for i, (line, small) in enumerate(zip(lines, sizes, strict=True)):
        at += 1.2 * small if i else 0.0
        out.append(f"<text x='{x:g}' y='{at:.1f}' font-size='{small:.2f}' class='w'>{escape(line)}</text>")
    return out


def _svg(lines: Sequence[str], colour: str, size_mm: float) -> str:
    style = (
        f".s{{stroke:{colour};stroke-width:2.2;stroke-linecap:round}}"
        f".w{{text-anchor:middle;font-family:'DejaVu Sans';font-weight:bold;fill:{colour}}}"
    )
    size = f"width='{size_mm:g}mm' height='{size_mm:g}mm' viewBox='0 0 100 100'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}><style>{style}</style>{''.join(lines)}</svg>"
