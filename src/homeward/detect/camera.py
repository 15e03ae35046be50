"""What a drone's camera shows: its footprint on the ground, the size of a pixel there, what that tells of a person."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, tan

from homeward.detect.tables import Numbers, values
from homeward.errors import BadInput
from homeward.mission.nouns import Team, TeamKind

CAMERAS = frozenset({TeamKind.DRONE, TeamKind.THERMAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera that looks straight down: height above ground, angle of view across, pixels across (all > 0)."""

    height_m: float
    field_of_view_deg: float
    image_px: float

    @property
    def footprint_m(self) -> float:
        """How wide its picture is on the ground: 2 h tan(angle / 2), on level ground."""
        return 2 * self.height_m * tan(radians(self.field_of_view_deg / 2))

    @property
    def ground_sample_m(self) -> float:
        """How wide one pixel is on the ground (ground sample distance)."""
        return self.footprint_m / self.image_px


def camera_of(team: Team, *, numbers: Numbers = ()) -> Camera:
    """The camera of a drone team: what it says of it, else its kind's. `BadInput` for what cannot be."""
    told = {
        "height_m": (team.height_m, "a height", "m", 1000.0),
        "field_of_view_deg": (team.field_of_view_deg, "an angle of view", "deg", 170.0),
        "image_px": (team.image_px, "a picture", "px", 20000.0),
    }
    known: dict[str, float] = {}
    for quantity, (own, words, unit, most) in told.items():
        if own is not None and not 0 < own <= most:
            raise BadInput(f"Team {team.id!r} has {words} of {own:g} {unit}. Give more than 0 and at most {most:g}.")
        known[quantity] = values("kind", numbers)[team.kind, quantity] if own is None else float(own)
    return Camera(**known)


def table_camera(kind: TeamKind) -> Camera:
    """The camera that the table's sweep widths of a kind are reckoned with."""
    rows = values("kind")
    return Camera(
        height_m=rows[kind, "height_m"],
        field_of_view_deg=rows[kind, "field_of_view_deg"],
        image_px=rows[kind, "image_px"],
    )


def pixels_on_subject(kind: TeamKind, camera: Camera, *, numbers: Numbers = ()) -> float:
    """Pixels across a person seen from above."""
    return values("kind", numbers)[TeamKind(kind), "subject_width_m"] / camera.ground_sample_m


def seen_as(kind: TeamKind, camera: Camera, *, numbers: Numbers = ()) -> str:
    """What can be made out of a person at that height: "identified", "recognised", "noticed" or "" for nothing.

    The Johnson criteria at 79 %, as in DJI's search-and-rescue altitude guide: 25, 15 and 4 pixels.
    """
    rows, pixels = values("kind", numbers), pixels_on_subject(kind, camera, numbers=numbers)
    for quantity, word in (("identify_px", "identified"), ("recognise_px", "recognised"), ("detect_px", "noticed")):
        if pixels >= rows[TeamKind(kind), quantity] - 1e-9:
            return word
    return ""


def camera_factor(team: Team, *, numbers: Numbers = ()) -> float:
    """Sweep width with the team's camera over that of the table: as the footprints, and 0 where a person is too small.

    The sweep width is footprint x share of the ground not hidden x share of those shown that are noticed. That nothing
    is noticed below the criterion's pixels is homeward's own simplification. 1 for teams without a camera.
    """
    if team.kind not in CAMERAS:
        return 1.0
    own = camera_of(team, numbers=numbers)
    if not seen_as(team.kind, own, numbers=numbers):
        return 0.0
    key = (team.kind, "noticed")
    noticed = values("kind", numbers)[key] / values("kind")[key]
    return own.footprint_m / table_camera(team.kind).footprint_m * noticed
