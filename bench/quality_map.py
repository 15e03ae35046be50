"""The probability map on 53 real cases (IPP and find; no terrain comes with them), against two baselines.

python -m bench quality_map

R is the MapScore rating (25 x 25 km box around the IPP, R = 1 - 2 x share of the box more likely than the find, ties
half; find outside the box: -.9; Sava et al. 2016, Trans. GIS 20(1):38-53), set against the plain nearest-first disc.
Nats is the log of the probability density at the find over the uniform one, set against the cited lognormal alone (95
%, the rest uniform). Differences are paired by case; intervals resample clusters of cases within 10 km of each other.
The map keeps a share for finds at the IPP, of which there are none here: it costs .033 nats per case elsewhere.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from homeward.belief import Belief, MapProblem, make_map
from homeward.belief.categories import check_category
from homeward.belief.prior import distance_m
from homeward.belief.score import REGIONS, interval_of_mean, score
from homeward.belief.tables import rows
from homeward.geo import Grid, Place, grid_around, utm_crs

CASES = Path(__file__).resolve().parents[2] / "shared" / "data" / "lost-persons" / "cases_53.csv"
HALF_M, CELL_M = 12_500.0, 25.0
SIDE = int(2 * HALF_M / CELL_M)


def main() -> None:
    if not CASES.is_file():
        print(f"needs the real cases in {CASES}, which are not here")
        return
    scored = [scored_case(case) for case in csv.DictReader(CASES.read_text(encoding="utf-8").splitlines())]
    table = np.array([row for row, _ in scored])
    cluster = np.array([key for _, key in scored])
    in_box = np.isfinite(table[:, 2])
    print(f"{len(table)} cases, {int(in_box.sum())} finds inside the box; mean and 95 % cluster-bootstrap interval")
    for name, values, keys in (
        ("R, map", table[:, 0], cluster),
        ("R, nearest-first disc", table[:, 1], cluster),
        ("R, map less disc", table[:, 0] - table[:, 1], cluster),
        ("nats, map", table[in_box, 2], cluster[in_box]),
        ("nats, cited lognormal", table[in_box, 3], cluster[in_box]),
        ("nats, map less lognormal", table[in_box, 2] - table[in_box, 3], cluster[in_box]),
    ):
        low, high = interval_of_mean(values, keys.tolist())
        print(f"{name:26s} {values.mean():7.3f}  ({low:.3f} to {high:.3f})")
    shares = ", ".join(f"{np.mean(table[:, 4] <= region):.0%} within the {region:.0%} region" for region in REGIONS)
    print(f"calibration: {shares}")
    print(f"finds within 50 m of the IPP: {int((table[:, 5] <= 50).sum())}")


def scored_case(case: dict[str, str]) -> tuple[list[float], str]:
    """R of the map and of the disc, nats of the map and of the lognormal, the map's region at the find; cluster."""
    ipp = Place(float(case["ipp_lat"]), float(case["ipp_lon"]))
    find = Place(float(case["find_lat"]), float(case["find_lon"]))
    frame = grid_around([ipp], margin_m=CELL_M, cell_m=CELL_M)
    at = frame.to_m(ipp)
    grid = Grid(
        crs=utm_crs(ipp), west_m=at[0] - HALF_M, south_m=at[1] - HALF_M, cell_m=CELL_M, n_rows=SIDE, n_cols=SIDE
    )
    known = classes(case)
    belief = make_map(MapProblem(grid=grid, ipp_m=at, category=known[0], ecoregion=known[1], ground=known[2]))
    near = 1 / (1 + distance_m(grid, at))
    disc = Belief(grid=grid, poa=near / near.sum(), outside=0.0, ipp_m=at)
    x, y = grid.to_m(find)
    d = float(np.hypot(x - at[0], y - at[1]))
    of_map, of_disc = score(belief, (x, y)), score(disc, (x, y))
    plain = np.log(0.95 * lognormal(known, max(d, CELL_M / 2)) * (2 * HALF_M) ** 2 + 0.05)
    nats = [np.nan, np.nan] if of_map.nats is None else [of_map.nats, plain]
    return [of_map.rating, of_disc.rating, *nats, of_map.within, d], case["spatial_cluster_10km"]


def classes(case: dict[str, str]) -> tuple[str, str | None, str | None]:
    """The case's category, ecoregion and ground by their published names."""
    ground = {"flat": "flat", "mountainous": "mountain"}.get(case["terrain"].lower())
    return check_category(case["category"]), case["ecoregion"].lower() or None, ground


def lognormal(known: tuple[str, str | None, str | None], d_m: float) -> float:
    """Density per m2 of the cited lognormal alone (no share at the IPP), cells as `distance_fit` chooses them."""
    name, ecoregion, ground_known = known
    cells = [r for r in rows("distances") if r["category"].startswith(name)]
    for eco, ground in ((ecoregion, ground_known), (ecoregion, None), (None, ground_known)):
        some = [r for r in cells if eco is None or r["ecoregion"] in (eco, "any")]
        some = [r for r in some if ground is None or r["ground"] in (ground, "any")]
        if some:
            cells = some
            break
    weight = np.array([float(r["n"] or 10) for r in cells])
    mu = np.array([float(r["mu_ln_km"]) for r in cells])
    sigma = np.array([float(r["sigma_ln_km"]) for r in cells])
    z = (np.log(d_m / 1000) - mu) / sigma
    density = np.exp(-0.5 * z * z) / (d_m * sigma * np.sqrt(2 * np.pi)) / (2 * np.pi * d_m)
    return float(weight @ density / weight.sum())


if __name__ == "__main__":
    main()
