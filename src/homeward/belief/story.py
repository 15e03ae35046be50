"""Says what an update of the map did, in words that can be read over a radio."""

from __future__ import annotations

import numpy as np

from homeward.belief.records import Belief
from homeward.geo import Floats, Grid
from homeward.mission.nouns import MapMove

_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
# Homeward's own choices: how much of it must lie in one direction to be called so; from where on, as a share of the far
# end and in metres, what keeps away from the IPP is said to lie around it.
_ONE_WAY, _ONE_SIDE = 0.75, 0.4
_HOLLOW, _HOLLOW_M = 0.3, 1000.0
_NOTHING = 1e-9


def told(before: Belief, after: Belief, *, cause: str, why: str) -> MapMove:
    """The story's line for a change from `before` to `after`."""
    gained = after.poa - before.poa
    gained_outside = after.outside - before.outside
    moved = 0.5 * (float(np.abs(gained).sum()) + abs(gained_outside))
    return MapMove(
        cause=cause,
        why=why,
        moved=moved,
        from_where=where(after, np.maximum(-gained, 0), max(-gained_outside, 0.0)),
        to_where=where(after, np.maximum(gained, 0), max(gained_outside, 0.0)),
        entropy_before=entropy_nats(before),
        entropy_after=entropy_nats(after),
    )


def move_line(move: MapMove) -> str:
    """One line of the story, as it is said."""
    return (
        f"{move.cause}: {move.why}. Moved {move.moved:.1%}, from {move.from_where}, to {move.to_where}; "
        f"entropy {abs(move.entropy_before):.2f} to {abs(move.entropy_after):.2f} nats."
    )


def entropy_nats(belief: Belief) -> float:
    """Shannon entropy of the map, with everything outside as one more cell."""
    p = belief.poa[belief.poa > 0]
    rest = belief.outside * np.log(belief.outside) if belief.outside > 0 else 0.0
    return max(0.0, float(-(p * np.log(p)).sum() - rest))


def where(belief: Belief, weight: Floats, outside: float) -> str:
    """Where most of `weight` (rows, cols, >= 0) lies, seen from the IPP, with `outside` beside the map."""
    on_map = float(weight.sum())
    if on_map + outside < _NOTHING:
        return "nowhere"
    if outside > on_map:
        return "outside the map"
    return _seen_from(belief.grid, _middle(belief), weight, "the IPP" if belief.ipp_m else "the map's middle")


def _middle(belief: Belief) -> tuple[float, float]:
    g = belief.grid
    return belief.ipp_m or ((g.west_m + g.east_m) / 2, (g.south_m + g.north_m) / 2)


def _seen_from(grid: Grid, at_m: tuple[float, float], weight: Floats, name: str) -> str:
    x, y = grid.centers_m()
    east, north = x[None, :] - at_m[0], y[:, None] - at_m[1]
    away = np.hypot(east, north)
    near, half, far = _quantiles(away, weight, (0.1, 0.5, 0.8))
    unit = weight / np.maximum(away, grid.cell_m / 2)
    pull = complex(float((unit * north).sum()), float((unit * east).sum())) / float(weight.sum())
    bearing = np.degrees(np.angle(pull)) - grid.true_north_deg(grid.to_place(*at_m))
    side = _COMPASS[round(float(bearing) / 45) % 8]
    if abs(pull) >= _ONE_WAY and half > 2 * grid.cell_m:
        return f"{_said(half)} {side} of {name}"
    if abs(pull) >= _ONE_SIDE:
        return f"the {side} side, mostly within {_said(far)} of {name}"
    if near > _HOLLOW * far and near > _HOLLOW_M:
        return f"all around, {_said(near)} to {_said(far)} from {name}"
    return f"within {_said(far)} of {name}"


def _quantiles(away: Floats, weight: Floats, shares: tuple[float, ...]) -> list[float]:
    top = float(away.max()) * 1.001 + 1e-9
    mass = np.bincount((away / top * 2000).astype(np.intp).ravel(), weights=weight.ravel(), minlength=2000)
    so_far = np.cumsum(mass) / mass.sum()
    return [float((np.searchsorted(so_far, share) + 1) * top / 2000) for share in shares]


def _said(metres: float) -> str:
    if metres < 950:
        return f"{max(round(metres / 100), 1) * 100} m"
    km = round(metres / 500) / 2 if metres < 10_000 else round(metres / 1000)
    return f"{km:g} km"
