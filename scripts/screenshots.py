"""The README's pictures, made anew: the live page, a task sheet and the overview sheet of the demo mission.

    python scripts/screenshots.py [FOLDER WRITTEN BY `homeward demo`]

Needs Chromium and the development requirements (playwright, pypdfium2). Without a folder the demo is run first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from few_colours import few_colours
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from homeward.errors import HomewardError
from homeward.log import MissionLog
from homeward.mission import encode
from homeward.mission.events import ClueReported

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
HOMEWARD = str(Path(sys.executable).with_name("homeward"))
FLAGS = ["--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
RARE_COLOURS = 32  # a clue's yellow, the red of the IPP
LOOKS: dict[str, dict[str, Any]] = {
    "page": {"viewport": {"width": 1366, "height": 768}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "color_scheme": "light"},
}
COLOURS = 144  # enough for a picture of a page; a fifth of the bytes


def main() -> int:
    """Makes every picture, and says what is missing where it cannot."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("There is no Chromium here. Install the package chromium.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else demo(Path(scratch) / "demo")
        PICTURES.mkdir(parents=True, exist_ok=True)
        pages(searching(next(folder.glob("*.mission")), Path(scratch) / "searching.mission"), chromium)
        sheets(folder)
    return 0


def demo(folder: Path) -> Path:
    """Runs the demo into `folder`."""
    subprocess.run([HOMEWARD, "demo", "--to", str(folder)], check=True)
    return folder


def searching(mission: Path, copy: Path) -> Path:
    """The mission as it stood while teams were out in the second period, before the track was found."""
    with MissionLog.open(mission, read_only=True) as log, MissionLog.create(copy) as new:
        entries = [stored.entry for stored in log.entries()]
        clues = [i for i, entry in enumerate(entries) if isinstance(entry.event, ClueReported)]
        for entry in entries[: clues[1] if len(clues) > 1 else None]:
            blobs = []
            for name in re.findall(r"\b[0-9a-f]{64}\b", encode(entry.event)[1]):
                with suppress(HomewardError):  # a hash that names no attachment
                    blobs.append(log.blob(name))
            new.append([entry], blobs)
    return copy


def pages(mission: Path, chromium: str) -> None:
    """The page on a laptop by night and on a phone by day, from a server of its own, an hour after the last entry."""
    with MissionLog.open(mission, read_only=True) as log:
        now = (log.entries()[-1].entry.at + timedelta(hours=1)).isoformat()
    command = [HOMEWARD, "serve", str(mission), "--port", "8790"]
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "HOMEWARD_NOW": now})
    with serving as server, sync_playwright() as playwright:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address is not None
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for name, look in LOOKS.items():
                context = browser.new_context(**look)
                context.clock.set_fixed_time(now)
                page = context.new_page()
                show(page, address[0])
                save(page, name)
            browser.close()
        finally:
            server.terminate()


def show(page: Page, address: str) -> None:
    """Opens the page and waits until its map is drawn."""
    page.goto(address)
    page.wait_for_selector("body[data-idle='1']", timeout=60_000)


def settle(page: Page) -> None:
    """Waits until what was just asked for is drawn."""
    page.wait_for_timeout(800)
    page.wait_for_selector("body[data-idle='1']", timeout=60_000)


def save(page: Page, name: str) -> None:
    """Keeps what the page shows as a picture of moderate size."""
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.png"
        page.screenshot(path=str(raw))
        shrink(Image.open(raw), name)


def sheets(folder: Path) -> None:
    """The overview (first page) and the first task sheet of a line of searchers."""
    import pypdfium2

    document = pypdfium2.PdfDocument(next((folder / "papers").glob("*.pdf")))
    tasks = [i for i in range(len(document)) if "line team" in document[i].get_textpage().get_text_range()]
    for name, number in (("overview", 0), ("sheet", min(tasks, default=0))):
        shrink(document[number].render(scale=1.4).to_pil(), name)
    document.close()


def shrink(picture: Image.Image, name: str) -> None:
    """Writes a picture with few colours."""
    few = few_colours(picture, frequent=COLOURS - RARE_COLOURS, rare=RARE_COLOURS)
    few.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
