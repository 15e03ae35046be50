"""The page in a real browser: it loads with no network, shows the mission, and writes what is entered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homeward.exchange.page import self_contained_page
from homeward.geo import Place, format_place
from tests.web import sample
from tests.web.conftest import MemoryDesk, Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
STYLES = ("decimal", "minutes", "utm", "mgrs")
PLACES = [
    sample.IPP,
    Place(46.61, 10.37),
    Place(-33.8568, 151.2153),
    Place(60.5, 5.2),
    Place(78.2, 15.6),
    Place(-54.8, -68.3),
    Place(0.001, -179.99),
    Place(-0.5, 36.8),
    Place(83.9, 179.9),
    Place(71.17, 25.78),
]


TOO_SMALL = """() => [...document.querySelectorAll('button, select, a.line')].filter(e => e.offsetParent)
    .map(e => [e.textContent, e.getBoundingClientRect().height]).filter(([, h]) => h < 40)"""


def settled(tab: Page) -> Page:
    tab.wait_for_selector("body[data-idle='1']")
    return tab


def opened(tab: Page, served: Served) -> Page:
    tab.goto(served.url)
    return settled(tab)


def test_the_mission_on_the_page(tab: Page, served: Served) -> None:
    tab.clock.set_fixed_time(sample.START)
    opened(tab, served)
    shows_ground_probability_and_plan(tab)
    sorts_the_table_and_says_so(tab)
    focuses_the_task_that_is_clicked(tab)
    tells_the_place_and_its_probability(tab)
    writes_coordinates_as_python_does(tab)
    looks_a_probability_up_where_python_put_it(tab)
    names_teams_by_task_on_the_map(tab)
    says_the_zone_where_the_clocks_change(tab)
    says_the_day_where_it_is_another(tab)


def says_the_day_where_it_is_another(tab: Page) -> None:
    script = """([now, ...times]) => import('homeward/format.js').then(m => m.clock('UTC', [], () => Date.parse(now)))
        .then(c => [...times.map(c.time), c.to(...times), c.typed(times[0])])"""
    night = ["2026-11-21T23:30:00Z", "2026-11-22T01:10:00Z"]
    shown = tab.evaluate(script, ["2026-11-21T20:00:00Z", *night])
    assert shown == ["23:30", "22 Nov 01:10", "22 Nov 01:10", "23:30"]
    shown = tab.evaluate(script, ["2026-11-22T08:00:00Z", *night])
    assert shown == ["21 Nov 23:30", "01:10", "22 Nov 01:10", "2026-11-21 23:30"]
    assert tab.evaluate(script, ["2026-11-23T08:00:00Z", night[0], night[0]])[2] == "23:30"


def names_teams_by_task_on_the_map(tab: Page) -> None:
    drawn = tab.evaluate("() => homewardMap.listImages().filter(name => name.startsWith('team|'))")
    assert {name.split("|")[2] for name in drawn} >= {"1-1 Alpha", "1-2 Bravo", "1-7 Golf"}


def says_the_zone_where_the_clocks_change(tab: Page) -> None:
    script = """([zone, span]) => import('homeward/format.js').then(m => m.clock(zone, span))
        .then(c => [...span.map(c.hour), c.zone(span[0])])"""
    night = ["2026-11-01T05:55:00Z", "2026-11-01T06:32:00Z"]
    assert tab.evaluate(script, ["America/New_York", night]) == ["01:55 EDT", "01:32 EST", ""]
    assert tab.evaluate(script, ["America/New_York", [night[1], night[1]]]) == ["01:32", "01:32", "EST"]


def shows_ground_probability_and_plan(tab: Page) -> None:
    assert tab.get_attribute("#map", "data-belief") == "shown"
    drawn = tab.evaluate("() => homewardMap.getStyle().layers.map(layer => layer.id)")
    assert drawn.index("hillshade") < drawn.index("belief") < drawn.index("routes-dog")
    assert tab.evaluate("() => homewardMap.queryRenderedFeatures({layers: ['routes-casing']}).length") >= 8
    assert "Hiker, place last seen Sun 22 Nov, 03:00" in tab.inner_text("#what")
    assert tab.locator("tr.task").count() == 8
    assert tab.inner_text("#task-1-1 .leaves") == "09:10"


def sorts_the_table_and_says_so(tab: Page) -> None:
    tab.click("#sort-pos")
    tab.click("#sort-pos")
    assert tab.get_attribute("th.pos", "aria-sort") == "descending"
    shares = [float(text.split()[0]) for text in tab.locator("tr.task td.pos").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)


def focuses_the_task_that_is_clicked(tab: Page) -> None:
    before = tab.evaluate("() => homewardMap.getZoom()")
    tab.click("#task-1-3")
    assert "Steep ground" in tab.inner_text("tr.more")
    tab.wait_for_selector("#task-1-3[aria-selected='true']")
    settled(tab)
    assert tab.evaluate("() => homewardMap.getZoom()") > before
    middle = tab.evaluate("() => homewardMap.getCenter().toArray()")
    ring = sample.sample()["plan"]["segments"][2]["geometry"]["coordinates"][0]
    assert min(x for x, _ in ring) < middle[0] < max(x for x, _ in ring)
    tab.keyboard.press("Enter")
    assert tab.locator("tr.more").count() == 0


def tells_the_place_and_its_probability(tab: Page) -> None:
    lon, lat = sample.IPP.lon_deg - 0.02, sample.IPP.lat_deg + 0.02
    tab.evaluate("([lng, lat]) => homewardMap.jumpTo({center: [lng, lat], zoom: 15})", [lon, lat])
    settled(tab)
    box = tab.locator("#map").bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    told = [float(part) for part in tab.inner_text("#coordinates").split(",")]
    assert told == pytest.approx([lat, lon], abs=2e-4)
    assert "per km²" in tab.inner_text("#point-poa")
    tab.select_option("#point select", "mgrs")
    assert re.fullmatch(r"16S GF \d{5} \d{5}", tab.inner_text("#coordinates"))


def writes_coordinates_as_python_does(tab: Page) -> None:
    script = "([lon, lat, style]) => import('homeward/coords.js').then(m => m.formatPlace(lon, lat, style))"
    for place in PLACES:
        for style in STYLES:
            told = tab.evaluate(script, [place.lon_deg, place.lat_deg, style])
            assert told == format_place(place, style), (place, style)


def looks_a_probability_up_where_python_put_it(tab: Page) -> None:
    script = """([lon, lat]) => Promise.all([import('homeward/belief.js'), import('homeward/api.js')])
        .then(([b, api]) => api.mission().then(m => b.at(b.decode(m.belief), lon, lat)))"""
    belief = sample.belief()
    for east, north in ((-1500, 1500), (2500, 0), (0, -2000), (-4000, 3000)):
        x, y = belief.grid.to_m(sample.IPP)
        place = belief.grid.to_place(x + east, y + north)
        row, col = belief.grid.cell_of(x + east, y + north)
        around = belief.poa[row - 1 : row + 2, col - 1 : col + 2] / (belief.grid.cell_area_m2 / 1e6)
        told = tab.evaluate(script, [place.lon_deg, place.lat_deg])
        assert 0.9 * around.min() <= told["perKm2"] <= 1.1 * around.max()


def test_what_is_entered_is_written_and_shown(tab: Page, served: Served, memory_desk: MemoryDesk) -> None:
    opened(tab, served)
    tab.click("#tab-clues")
    tab.click("text=Report a clue")
    tab.fill("#f-text", sample.NASTY)
    tab.fill("#f-place", "somewhere")
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector("dialog .problem:has-text('is not a place')")
    tab.expected_errors[:] = [e for e in tab.expected_errors if "400" not in e]  # type: ignore[attr-defined]
    assert tab.input_value("#f-text") == sample.NASTY
    tab.fill("#f-place", "36.31, -84.25")
    tab.fill("#f-range_m", "1.2")
    tab.fill("#f-bearing_deg", "300")
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector("#clues li:has-text('Clue 3')")
    assert sample.NASTY in tab.inner_text("#clues")
    fields = {"place": "36.31, -84.25", "range_m": 1200.0, "bearing_deg": 300.0}
    assert memory_desk.calls[-1] == ("clue", {"text": sample.NASTY, **fields})
    assert tab.title() == "Cumberland ridge - homeward"
    tab.click("#tab-log")
    tab.click("#log li:has-text('Clue 2: Boot print') >> text=Undo")
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector("#log li.undone:has-text('Boot print')")
    memory_desk.team(Path(), "Hotel", kind="dog", people=2)  # at the command line, say
    tab.wait_for_selector("#tab-teams:has-text('9')")


def test_a_clue_is_corrected_from_what_was_reported(tab: Page, served: Served, memory_desk: MemoryDesk) -> None:
    opened(tab, served)
    tab.click("#tab-clues")
    tab.click("#clues li:has-text('Clue 1') >> text=Correct")
    assert [tab.input_value(f"#f-{name}") for name in ("corrects", "text", "bearing_deg", "range_m")] == [
        "1", "Air scent", "315", "3",
    ]  # fmt: skip
    tab.fill("#f-bearing_deg", "225")
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector("dialog:not([open])", state="attached")
    name, given = memory_desk.calls[-1]
    assert (name, given["corrects"], given["bearing_deg"], given["range_m"]) == ("clue", "1", 225.0, 3000.0)
    assert (given["range_sd_m"], given["bearing_sd_deg"], given["reliability"]) == (900.0, 12.0, 0.8)


def test_files_for_other_programs_are_downloaded(tab: Page, served: Served) -> None:
    opened(tab, served)
    tab.click("#tab-more")
    with tab.expect_download() as told:
        tab.click("text=Overview map")
    assert told.value.suggested_filename == "overview.png"


@pytest.mark.parametrize("wanted", ["light", "dark"])
def test_the_page_is_as_the_device_asks(tab: Page, served: Served, wanted: Any) -> None:
    tab.emulate_media(color_scheme=wanted)
    opened(tab, served)
    assert tab.get_attribute("html", "data-theme") == wanted


def test_a_server_that_is_gone_is_said_loudly_and_its_return_is_noticed(tab: Page, served: Served) -> None:
    opened(tab, served)
    served.stop()
    tab.wait_for_selector("#banner:has-text('has not answered')")
    served.start()
    tab.wait_for_selector("#banner", state="hidden")
    tab.expected_errors[:] = [e for e in tab.expected_errors if "ERR_" not in e]  # type: ignore[attr-defined]


def test_the_file_opens_from_disk_with_no_network_and_takes_names_for_text(tab: Page, tmp_path: Path) -> None:
    file = tmp_path / "mission.html"
    file.write_text(self_contained_page(sample.sample()), encoding="utf-8")
    tab.goto(file.as_uri())
    settled(tab)
    assert tab.get_attribute("#map", "data-belief") == "shown"
    assert sample.NASTY in tab.inner_text(".tasks")
    assert tab.title() == "Cumberland ridge - homeward"
    assert tab.locator("button:has-text('Make plan')").count() == 0
    tab.click("#tab-teams")
    assert sample.NASTY in tab.inner_text("#teams")
    tab.click("#teams li:has-text('Bravo') button")
    settled(tab)


def test_on_a_phone_by_day_and_by_keyboard_alone(tab: Page, served: Served) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    opened(tab, served)
    tab.select_option("#theme", "light")
    opened(tab, served)
    assert tab.get_attribute("html", "data-theme") == "light"
    tab.focus("#tab-plan")
    for name in ("plan", "clues", "teams", "crew", "rescue", "buildings", "ready", "story", "log", "more"):
        assert tab.evaluate("document.activeElement.id") == f"tab-{name}"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert tab.evaluate(TOO_SMALL) == [], name
        tab.keyboard.press("ArrowRight")


def test_a_clue_is_asked_for_what_its_kind_needs(tab: Page, served: Served, memory_desk: MemoryDesk) -> None:
    opened(tab, served)
    tab.click("#tab-clues")
    tab.click("text=Report a clue")
    assert tab.is_hidden("#f-timing_advance")
    tab.fill("#f-range_m", "3")  # asked of a direction, not of a phone: it must not be sent
    tab.select_option("#f-kind", "sector")
    assert tab.is_hidden("#f-range_m")
    tab.fill("#f-text", "phone")
    tab.fill("#f-place", "36.31, -84.25")
    tab.fill("#f-bearing_deg", "120")
    tab.fill("#f-timing_advance", "gsm 3")
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector("dialog:not([open])", state="attached")
    fields = {"place": "36.31, -84.25", "kind": "sector", "bearing_deg": 120.0, "timing_advance": "gsm 3"}
    assert memory_desk.calls[-1] == ("clue", {"text": "phone", **fields})
    tab.click("text=Report a clue")
    tab.select_option("#f-kind", "areas")
    assert tab.is_hidden("#f-place")
