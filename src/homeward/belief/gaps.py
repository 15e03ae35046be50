"""Gaps: pieces of ground of POD under 10 % within what was searched, with their POA."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes
from scipy import ndimage

from homeward.belief.records import Belief
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain.raster import grid_affine

LOOKED_AT = 0.1
"""POD from which ground counts as looked at; homeward's own judgement."""
LEAST_M2 = 5000.0
"""Smaller gaps are left out: half a hectare, homeward's own judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A piece of ground of too little POD: closed outer ring (metres of the grid), area, and its POA now."""

    ring_m: tuple[tuple[float, float], ...]
    area_m2: float
    poa: float


def gaps(
    belief: Belief, pod: Floats, within: NDArray[np.bool_], *, below: float = LOOKED_AT, least_m2: float = LEAST_M2
) -> tuple[Gap, ...]:
    """The pieces of `within` (rows, cols) whose `pod` of all searches is less than `below`, most probable first.

    Pieces hang together by the cells' sides; smaller ones than `least_m2` are left out, and what they enclose counts
    to nobody (the ring is the outer one, area and POA are of the cells not looked at).
    """
    if pod.shape != belief.grid.shape or within.shape != belief.grid.shape:
        raise BadInput(f"A raster of {pod.shape} cells does not fit a map of {belief.grid.shape}.")
    label, count = ndimage.label(within & (pod < below))
    size = np.bincount(label.ravel(), minlength=count + 1) * belief.grid.cell_area_m2
    poa = np.bincount(label.ravel(), weights=belief.poa.ravel(), minlength=count + 1)
    keep = size >= least_m2
    keep[0] = False
    wanted = np.where(keep[label], label, 0).astype(np.int32)
    found = [
        Gap(ring_m=_ring(shape), area_m2=float(size[int(i)]), poa=float(poa[int(i)]))
        for shape, i in shapes(wanted, mask=wanted > 0, transform=grid_affine(belief.grid))
    ]
    return tuple(sorted(found, key=lambda gap: -gap.poa))


def _ring(shape: dict[str, list[list[tuple[float, float]]]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in shape["coordinates"][0])
