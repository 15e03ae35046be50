"""Travel times over a made hill country: our bucket queue against SciPy's Dijkstra on the same graph, in one run.

python -m bench travel
"""

from __future__ import annotations

import contextlib
import resource
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from homeward.geo import Floats, Grid
from homeward.terrain.ground import Cover, Terrain
from homeward.terrain.speed import going, walking_speed_mps
from homeward.terrain.travel import travel_time_s

STEPS = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]


def hills(side: int, *, seed: int = 0) -> Terrain:
    """Smooth random hills, 25 m cells, a tenth of it forest, a twentieth water."""
    rng = np.random.default_rng(seed)
    z = sum(gaussian_filter(rng.normal(size=(side, side)), s) * h for s, h in ((60, 30000), (15, 1500), (4, 60)))
    kind = gaussian_filter(rng.normal(size=(side, side)), 20)
    cover = np.full((side, side), Cover.OPEN, dtype=np.uint8)
    cover[kind > np.quantile(kind, 0.9)] = Cover.FOREST
    cover[kind < np.quantile(kind, 0.05)] = Cover.WATER
    grid = Grid(crs="EPSG:32631", west_m=0.0, south_m=0.0, cell_m=25.0, n_rows=side, n_cols=side)
    return Terrain(grid=grid, elevation_m=np.asarray(z), hole=np.zeros((side, side), dtype=bool), cover=cover)


def scipy_times(terrain: Terrain, source: int) -> Floats:
    """The same 8-neighbour graph, built and solved with SciPy."""
    z, (factor, _) = terrain.elevation_m, going(terrain)
    rows, cols = z.shape
    index = np.arange(z.size).reshape(z.shape)
    heads, tails, seconds = [], [], []
    for dr, dc in STEPS:
        a = (slice(max(-dr, 0), rows - max(dr, 0)), slice(max(-dc, 0), cols - max(dc, 0)))
        b = (slice(max(dr, 0), rows - max(-dr, 0)), slice(max(dc, 0), cols - max(-dc, 0)))
        far = terrain.grid.cell_m * float(np.hypot(dr, dc))
        slope = (z[b] - z[a]) / far
        good = (factor[a] > 0) & (factor[b] > 0) & (np.abs(slope) <= 1)
        ground = 0.5 / factor[a][good] + 0.5 / factor[b][good]
        heads.append(index[a][good])
        tails.append(index[b][good])
        seconds.append(far * ground / walking_speed_mps(slope[good]))
    graph = csr_array((np.concatenate(seconds), (np.concatenate(heads), np.concatenate(tails))), shape=(z.size, z.size))
    return np.asarray(dijkstra(graph, indices=np.array([source]))[0]).reshape(z.shape)


def main(side: int = 1000) -> None:
    """Prints seconds, peak memory and their ratios, on `side` x `side` cells."""
    travel_time_s(hills(40), [[500.0, 500.0]], neighbours=8)  # compiled before the clock runs
    terrain = hills(side)
    factor, _ = going(terrain)
    row, col = (int(v) for v in np.argwhere(factor > 0)[factor.astype(bool).sum() // 2])
    x, y = terrain.grid.centers_m()
    timed, eight = {}, np.empty(0)
    for neighbours in (16, 8):
        _forget_peak()
        t = time.perf_counter()
        eight = travel_time_s(terrain, [[x[col], y[row]]], neighbours=neighbours)
        timed[neighbours] = time.perf_counter() - t
    ours_mb = _peak_mb()
    _forget_peak()
    t = time.perf_counter()
    theirs = scipy_times(terrain, row * side + col)
    scipy_s, scipy_mb = time.perf_counter() - t, _peak_mb()
    both = np.isfinite(theirs) & np.isfinite(eight)
    gap = float(np.max(np.abs(eight[both] - theirs[both]) / np.maximum(theirs[both], 1)))
    same = bool((np.isfinite(theirs) == np.isfinite(eight)).all())
    print(f"{side} x {side} cells, one source; memory is the process's peak")
    print(f"  homeward  8 neighbours {timed[8]:.2f} s   16 neighbours {timed[16]:.2f} s   {ours_mb:.0f} MB")
    print(f"  SciPy     8 neighbours {scipy_s:.2f} s (graph and solve)   {scipy_mb:.0f} MB")
    print(f"  time ratio {scipy_s / timed[8]:.1f}   memory ratio {scipy_mb / ours_mb:.1f}")
    print(f"  largest difference {gap:.1e}, same cells reached: {same}")


def _forget_peak() -> None:
    """Linux only: the peak counts anew from here. Elsewhere it stays the peak since the start."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
