"""The README's pictures, made anew: the live page, a task sheet and the overview sheet of the demo mission.

    python scripts/screenshots.py [FOLDER WRITTEN BY `homeward demo`]

Needs Chromium and the development requirements (playwright, pypdfium2). Without a folder the demo is run first.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from few_colours import few_colours
from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
HOMEWARD = str(Path(sys.executable).with_name("homeward"))
FLAGS = ["--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
RARE_COLOURS = 32  # a clue's yellow, the red of the IPP
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
        pages(folder, chromium)
        sheets(folder)
    return 0


def demo(folder: Path) -> Path:
    """Runs the demo into `folder`."""
    subprocess.run([HOMEWARD, "demo", "--to", str(folder)], check=True)
    return folder


def pages(folder: Path, chromium: str) -> None:
    """The page on a laptop by night and on a phone by day, from a server of its own."""
    mission = next(folder.glob("*.mission"))
    command = [HOMEWARD, "serve", str(mission), "--port", "8790"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address is not None
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            laptop = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme="dark").new_page()
            show(laptop, address[0])
            save(laptop, "page")
            phone = browser.new_context(
                viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme="light"
            ).new_page()
            show(phone, address[0])
            save(phone, "phone")
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
