"""The tour of one mission, made anew: docs/tour.md and its pictures, from what `homeward demo` says and leaves.

    python scripts/tour.py [FOLDER WRITTEN BY THIS SCRIPT OR BY `homeward demo --json`]

Needs the development requirements (pypdfium2); pictures of the live page also need Chromium and playwright, and stay as
they are where there is none. Without a folder the demo is run first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
from few_colours import few_colours
from PIL import Image

from homeward.log import MissionLog

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("tour_template.md")
TOUR = ROOT / "docs" / "tour.md"
PICTURES = ROOT / "docs" / "pictures" / "tour"
HOMEWARD = str(Path(sys.executable).with_name("homeward"))
FLAGS = ["--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WIDE, FREQUENT, RARE = 720, 72, 32  # of a picture: pixels across, colours
MOST_BYTES = 2_000_000  # of all pictures together
TOLD = "demo.json"
TASKS = "papers/task-sheets-period-1.pdf"


class Sheet(NamedTuple):
    """A picture: of a file in the demo's folder, of a PDF's first page that `holds` these words, cut to a `part`: left,
    top, right and bottom as shares of the page.
    """

    file: str
    holds: str = ""
    part: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


SHEETS: dict[str, dict[str, Sheet]] = {
    "search plan": {
        "overview": Sheet(TASKS, "Operational period", (0.0, 0.0, 1.0, 0.93)),
        "task-sheet": Sheet(TASKS, "line team, 6 people", (0.0, 0.0, 1.0, 0.9)),
    },
    "formation": {"formation": Sheet(TASKS, "WHO IS POSTED WHERE", (0.0, 0.0, 1.0, 0.62))},
    "progress": {"house": Sheet("building/lamp-house-plan.pdf", "Floor G", (0.0, 0.2, 1.0, 0.72))},
    "rescue": {"carry-out": Sheet("rescue/carry-out-casualty-1.pdf", "", (0.0, 0.0, 1.0, 0.93))},
    "hand-over": {"hand-over-card": Sheet("handover/handover-1-hospital.pdf", "", (0.0, 0.0, 1.0, 0.7))},
    "warning": {"forecast": Sheet("warning/forecast.png")},
    "muster": {"roll-call": Sheet("muster/muster.pdf", "", (0.0, 0.0, 1.0, 0.55))},
    "cover": {
        "cover": Sheet("cover/cover.pdf", "", (0.0, 0.0, 1.0, 0.9)),
        "briefing": Sheet("briefing/everybody.pdf", "", (0.0, 0.0, 1.0, 0.92)),
    },
}
"""The pictures of each stage by name."""

PAGES: dict[str, dict[str, str]] = {
    "search plan": {"page-plan": "plan"},
    "progress": {"page-inside": "buildings"},
    "find": {"page-crew": "crew"},
    "rescue": {"page-rescue": "rescue"},
    "warning": {"page-warning": "ready/warning"},
    "muster": {"page-muster": "ready/muster"},
    "cover": {"page-cover": "ready/cover"},
}
"""Pictures of the live page by name, and the part of the page each is of (tab, or tab/board)."""


def main() -> int:
    """Makes the pictures and the page; says what is missing where it cannot."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else demo(Path(scratch) / "demo")
        told: dict[str, Any] = json.loads((folder / TOLD).read_text(encoding="utf-8"))
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name, sheet in ((name, sheet) for sheets in SHEETS.values() for name, sheet in sheets.items()):
            shrink(drawn(folder, sheet), name)
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if chromium is None:
            print("There is no Chromium here: the pictures of the live page stay as they are.", file=sys.stderr)
        else:
            live(folder, chromium, told["ends"])
    named = {name for group in (SHEETS, PAGES) for pictures in group.values() for name in pictures}
    for old in PICTURES.glob("*.png"):
        if old.stem not in named:
            old.unlink()
    TOUR.write_text(page(told["stages"]), encoding="utf-8")
    size = sum(file.stat().st_size for file in PICTURES.glob("*.png"))
    print(f"{len(list(PICTURES.glob('*.png')))} pictures, {size / 1e6:.2f} MB, and {TOUR.name}.")
    return 0 if size < MOST_BYTES else 1


def demo(folder: Path) -> Path:
    """Runs the demo into `folder`, and keeps what it says there."""
    out = subprocess.run([HOMEWARD, "demo", "--to", str(folder), "--json"], check=True, stdout=subprocess.PIPE)
    (folder / TOLD).write_bytes(out.stdout)
    return folder


# --- the pictures -----------------------------------------------------------------------------------------


def drawn(folder: Path, sheet: Sheet) -> Image.Image:
    """A page of a PDF, the first that holds the words, or a picture of the demo; cut to a part of it."""
    file = folder / sheet.file
    if file.suffix == ".pdf":
        document = pypdfium2.PdfDocument(file)
        texts = [document[i].get_textpage().get_text_range() for i in range(len(document))]
        number = next((i for i, text in enumerate(texts) if sheet.holds in text), 0)
        picture = document[number].render(scale=WIDE / document[number].get_width()).to_pil()
        document.close()
    else:
        picture = Image.open(file)
    left, top, right, bottom = sheet.part
    wide, high = picture.size
    return picture.convert("RGB").crop((int(left * wide), int(top * high), int(right * wide), int(bottom * high)))


def shrink(picture: Image.Image, name: str) -> None:
    """Writes a picture of moderate width with few colours."""
    if picture.width > WIDE:
        picture = picture.resize((WIDE, round(picture.height * WIDE / picture.width)), Image.Resampling.LANCZOS)
    few = few_colours(picture, frequent=FREQUENT, rare=RARE, dither=False)
    few.save(PICTURES / f"{name}.png", optimize=True)


def live(folder: Path, chromium: str, last: str) -> None:
    """The page on a laptop by night, part after part: the plan as it stood while teams were out, the rest at `last`."""
    from screenshots import searching

    whole = next(folder.glob("*.mission"))
    parts = {name: part for pictures in PAGES.values() for name, part in pictures.items()}
    with tempfile.TemporaryDirectory() as scratch:
        out = searching(whole, Path(scratch) / "searching.mission")
        with MissionLog.open(out, read_only=True) as log:
            then = (log.entries()[-1].entry.at + timedelta(hours=1)).isoformat()
        shown(out, {name: part for name, part in parts.items() if part == "plan"}, chromium, then)
    shown(whole, {name: part for name, part in parts.items() if part != "plan"}, chromium, last)


def shown(mission: Path, parts: dict[str, str], chromium: str, now: str) -> None:
    """Pictures of parts of a mission's page, from a server of its own, with the clock standing still."""
    from playwright.sync_api import sync_playwright

    command = [HOMEWARD, "serve", str(mission), "--port", "8791"]
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "HOMEWARD_NOW": now})
    with serving as server, sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address is not None
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
            context.clock.set_fixed_time(now)
            tab = context.new_page()
            tab.goto(address[0])
            tab.wait_for_selector("body[data-idle='1']", timeout=60_000)
            for name, part in parts.items():
                within, _, board = part.partition("/")
                tab.click(f"#tab-{within}")
                if board:
                    tab.click(f"#{within}-{board}")
                tab.wait_for_timeout(800)
                tab.wait_for_selector("body[data-idle='1']", timeout=60_000)
                tab.screenshot(path=str(Path(scratch) / "raw.png"))
                shrink(Image.open(Path(scratch) / "raw.png"), name)
            browser.close()
        finally:
            server.terminate()


# --- the page ---------------------------------------------------------------------------------------------


def page(stages: list[dict[str, Any]]) -> str:
    """The tour as Markdown: the template, with what the duty officer says and the pictures in their places."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for one in stages:
        stage = one["stage"]
        says = "\n>\n".join(f"> “{said}”" for said in one["says"])
        names = [name for name in (*SHEETS.get(stage, {}), *PAGES.get(stage, {})) if there(name)]
        text = text.replace(f"<!-- says {stage} -->", says)
        shown = "\n\n".join(f"![{caption(name)}](pictures/tour/{name}.png)" for name in names)
        text = text.replace(f"<!-- pictures {stage} -->\n\n", f"{shown}\n\n" if shown else "")
    return text


def there(name: str) -> bool:
    """Whether a picture was made."""
    return (PICTURES / f"{name}.png").is_file()


def caption(name: str) -> str:
    """What a picture shows, in words."""
    part = name.removeprefix("page-")
    return f"The live page: {part}" if part != name else name.replace("-", " ").capitalize()


if __name__ == "__main__":
    sys.exit(main())
