"""What the page shows of the mission's buildings."""

from __future__ import annotations

from typing import Any

from homeward.desk.book import Book
from homeward.desk.buildings.inside import inside
from homeward.desk.buildings.papers import newest
from homeward.desk.buildings.words import plan_rows, room_rows
from homeward.mission import newer_than_indoor_plan


def buildings_data(book: Book) -> list[dict[str, Any]]:
    """Every building with its rooms, likeliest first on each floor, and its latest plan; ready for JSON."""
    entries, out = [stored.entry for stored in book.stored], []
    for name in book.mission.buildings:
        known, made = inside(book, name), newest(book, name)
        rows = sorted(room_rows(known), key=lambda row: (-row["floor"], -row["p"]))
        place = known.building.place
        out.append(
            {
                "id": name,
                "label": known.building.label,
                "place": [round(place.lon_deg, 6), round(place.lat_deg, 6)] if place else None,
                "share": known.share,
                "rooms": rows,
                "plan": plan_rows(made[0], starts=made[1]) if made else None,
                "newer": newer_than_indoor_plan(entries, name),
            }
        )
    return out
