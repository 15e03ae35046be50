"""How far from the IPP people of each published category were found, and how one asks for it.

The figures are lognormals fitted to published quantiles (`distances.csv`, each row with its source), for the distance
from the IPP to the find in a straight line. About a tenth of all finds lie at the IPP (`at_ipp.csv`), which no
lognormal holds. Whoever calls for a search has looked there first, so that a share of them is left; and an IPP marked
from words errs, so that they lie around the mark as far as reported positions do. Each row has a second fit, of a
lognormal for those found *away* from the IPP beside that share at it, to the same quantiles; rows of few cases lean on
their category and it on all (an empirical Bayes pooling with between-row deviations .55 of mu and .22 of ln sigma,
homeward's own judgement). The map uses the second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.geo import Floats

ECOREGIONS = ("temperate", "dry", "urban")
GROUNDS = ("mountain", "flat")
_AT_IPP = {r["quantity"]: float(r["value"]) for r in rows("at_ipp")}
_MISSED = _AT_IPP["share"] * (1 - _AT_IPP["looked_pod"])
SHARE_AT_IPP = _MISSED / (1 - _AT_IPP["share"] + _MISSED)
AT_IPP_M = _AT_IPP["error_median_m"]
AT_IPP_SIGMA = float(np.log(_AT_IPP["error_p95_m"] / AT_IPP_M) / ndtri(0.95))
FEW = 30  # homeward's own judgement: a fit on fewer cases than this is said to rest on few
CHILD = "child"  # of untold age: all the published ages pooled
_IN_VEHICLES = ("abduction", "aircraft", "vehicle", "vehicle 4wd", "vehicle abandoned")
_FASTER = (
    "atv",
    "horseback rider",
    "mountain biker",
    "runner",
    "skier alpine",
    "skier nordic",
    "snowboarder",
    "snowmobiler",
)
_CASES_IF_UNTOLD = 10.0  # weight, when pooling, of a row whose number of cases is not published


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A published subject category and the (ecoregion, ground, cases) it is published for; cases None = untold."""

    name: str
    cells: tuple[tuple[str, str, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceFit:
    """Distance IPP to find: `share_at_ipp` at it, the rest lognormal (mu, sigma of ln km).

    Those at it lie lognormally about the IPP as marked, half within `at_ipp_m`, sigma `AT_IPP_SIGMA`.

    `n` cases stand behind it (None = untold); `what` says which, `source` where from.
    """

    mu_ln_km: float
    sigma_ln_km: float
    n: int | None
    what: str
    source: str
    share_at_ipp: float = SHARE_AT_IPP
    at_ipp_m: float = AT_IPP_M

    def cdf(self, distance_m: ArrayLike) -> Floats:
        """Probability that the find lies within `distance_m` >= 0 of the IPP."""
        d = np.asarray(distance_m, dtype=np.float64)
        with np.errstate(divide="ignore"):
            away = ndtr((np.log(d / 1000) - self.mu_ln_km) / self.sigma_ln_km)
            near = ndtr(np.log(d / self.at_ipp_m) / AT_IPP_SIGMA)
        return np.asarray(self.share_at_ipp * near + (1 - self.share_at_ipp) * away, dtype=np.float64)

    def density_per_m2(self, distance_m: ArrayLike) -> Floats:
        """Probability per square metre at `distance_m` > 0 from the IPP, the same in all directions."""
        d = np.asarray(distance_m, dtype=np.float64)
        away = _lognormal_per_m2(d, (np.log(d / 1000) - self.mu_ln_km) / self.sigma_ln_km, self.sigma_ln_km)
        near = _lognormal_per_m2(d, np.log(d / self.at_ipp_m) / AT_IPP_SIGMA, AT_IPP_SIGMA)
        return np.asarray(self.share_at_ipp * near + (1 - self.share_at_ipp) * away, dtype=np.float64)


def _lognormal_per_m2(d: Floats, z: Floats, sigma: float) -> Floats:
    return np.asarray(np.exp(-0.5 * z * z) / (d * d * sigma * (2 * np.pi) ** 1.5), dtype=np.float64)


def categories() -> tuple[Category, ...]:
    """The published subject categories, by name."""
    cells: dict[str, list[tuple[str, str, int | None]]] = {}
    for row in rows("distances"):
        n = int(row["n"]) if row["n"] else None
        cells.setdefault(row["category"], []).append((row["ecoregion"], row["ground"], n))
    return tuple(Category(name=name, cells=tuple(cells[name])) for name in sorted(cells))


def check_category(category: str, *, ecoregion: str | None = None, ground: str | None = None) -> str:
    """The published name of a category, however it is written; `BadInput` with the nearest where there is none."""
    names = sorted([CHILD, *(c.name for c in categories())])
    clean = re.sub(r"[()_]|(?<=[a-z])-", " ", category.replace("–", "-").lower())
    clean = re.sub(r"\s+", " ", clean).strip()
    if clean not in names:
        near = get_close_matches(clean, names, n=1, cutoff=0.6)
        ask = f"Did you mean {near[0]!r}? " if near else ""
        raise BadInput(f"There is no subject category {category!r}. {ask}Choose one of: {', '.join(names)}.")
    _one_of("ecoregion", ecoregion, ECOREGIONS)
    _one_of("ground", ground, GROUNDS)
    return clean


def distance_fit(category: str | None, *, ecoregion: str | None = None, ground: str | None = None) -> DistanceFit:
    """The distances of a category; where the very cell is not published, the nearest that is, pooled, and said so.

    In this order: the cell itself; the category in that ecoregion on any ground; the category on that ground in any
    ecoregion; the category wherever it is published; and where `category` is None everybody who went on foot. Several
    cells are pooled into one lognormal with the mean and variance of their mixture, weighted by cases (homeward's own
    judgement).
    """
    _one_of("ecoregion", ecoregion, ECOREGIONS)
    _one_of("ground", ground, GROUNDS)
    if category is None:
        return _pooled("anybody on foot", [r for r in rows("distances") if r["category"] not in _IN_VEHICLES])
    name = check_category(category)
    mine = [
        r for r in rows("distances") if r["category"] == name or (name == CHILD and r["category"].startswith(CHILD))
    ]
    for want_eco, want_ground in ((ecoregion, ground), (ecoregion, None), (None, ground)):
        cells = [r for r in mine if _fits(r["ecoregion"], want_eco) and _fits(r["ground"], want_ground)]
        if cells:
            return _pooled(name, cells)
    return _pooled(name, mine)


def walks(category: str | None) -> bool:
    """Whether people of a category go at a walker's pace (homeward's own judgement); True where it is untold."""
    return category is None or check_category(category) not in (*_IN_VEHICLES, *_FASTER)


def _fits(published: str, wanted: str | None) -> bool:
    return wanted is None or published in (wanted, "any")


def _pooled(name: str, cells: Sequence[dict[str, str]]) -> DistanceFit:
    weight = np.array([float(r["n"] or _CASES_IF_UNTOLD) for r in cells])
    weight /= weight.sum()
    mu = np.array([float(r["away_mu_ln_km"]) for r in cells])
    sigma = np.array([float(r["away_sigma_ln_km"]) for r in cells])
    mean = float(weight @ mu)
    told = [int(r["n"]) for r in cells if r["n"]]
    places = {" ".join(w for w in (r["ecoregion"], r["ground"]) if w != "any") or "anywhere" for r in cells}
    return DistanceFit(
        mu_ln_km=mean,
        sigma_ln_km=float(np.sqrt(weight @ (sigma**2 + (mu - mean) ** 2))),
        n=sum(told) if told else None,
        what=f"{name}, {places.pop()}" if len(places) == 1 else f"{name}, {len(cells)} published groups pooled",
        source="; ".join(dict.fromkeys(r["source"] for r in cells)),
    )


def _one_of(what: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        near = get_close_matches(value.lower(), known, n=1)
        ask = f"Did you mean {near[0]!r}?" if near else f"Choose {', '.join(known)}, or leave it out."
        raise BadInput(f"There is no {what} {value!r}. {ask}")
