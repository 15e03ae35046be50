"""Views `covering`, `fewest`, `expected`, `median` and `center` of the kind `cover`: where teams wait."""

from __future__ import annotations

import numpy as np

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.cover_shown import Shown, counted, factored, listed, teams_of
from homeward.exchange.solver_files.cover_tables import Names, Tables, distances
from homeward.geo import Floats
from homeward.readiness.cover import cover_sites
from homeward.readiness.cover_records import Sites, SitesProblem, SitesView

MOST_PRICED = 40_000  # pairs of point and site, up to which a team more and less is solved for without being asked


def sites(problem: CoverFile, tables: Tables, *, time_limit_s: float, seed: int, factor: Floats | None = None) -> Shown:
    """Views `covering`, `fewest`, `expected`, `median` and `center`: where teams wait."""
    file = tables.file
    distance, points, places = distances(problem, tables)
    demand = np.ones(len(distance)) if problem.demand is None else tables.read(problem.demand, "demand", dims=1)
    if len(demand) != len(distance):
        raise BadFile(
            f"{file}: demand has {len(demand)} points, and there are {len(distance)}. Give one weight for each."
        )
    view: SitesView = problem.view  # type: ignore[assignment]
    if view in ("covering", "fewest", "expected") and problem.radius is None:
        raise BadFile(f"{file}: radius is missing. Give how far a team serves.")
    if view == "covering" and problem.teams is None:
        view = "fewest"
    teams = 0 if view == "fewest" else teams_of(problem, file)
    per_site = problem.per_site or (max(1, teams) if view == "expected" else 1)
    ready = SitesProblem(
        view=view,
        demand=factored(demand, factor, file),
        distance=distance,
        teams=teams,
        radius=np.inf if problem.radius is None else problem.radius,
        busy=problem.busy if view == "expected" else 0.0,
        keep=tuple(places.find(name, "keep") for name in problem.keep),
        before=tuple(places.find(name, "before") for name in problem.before),
        per_site=per_site,
    )
    found = cover_sites(
        ready,
        prices=distance.size <= MOST_PRICED if problem.prices is None else problem.prices,
        seed=seed,
        time_limit_s=time_limit_s,
    )
    worst = float(found.worst_distance)
    return Shown(
        status=found.status,
        value=found.value,
        bound=found.bound,
        why=_why_sites(ready, found, points, places),
        fields={
            "sites": places.all(found.sites),
            "served_by": [None if j < 0 else places.at(int(j)) for j in found.served_by],
            "left": points.all(found.left),
            "out_of_reach": points.all(found.out_of_reach),
            "worst": None if found.worst < 0 else points.at(found.worst),
            "worst_distance": worst if np.isfinite(worst) else None,
            "one_more": found.one_more,
            "one_less": found.one_less,
        },
        places=tuple(places.all(found.sites)),
        between=(places, distance) if points is places else None,
    )


def _why_sites(problem: SitesProblem, found: Sites, points: Names, places: Names) -> tuple[str, ...]:
    lost = points.all(found.out_of_reach)
    if found.status == "infeasible":
        if lost:
            return (
                f"No site can serve {counted(len(lost), 'point')} ({listed(lost)}). Leave them out, or add a site.",
            )
        return ("No choice of so many sites serves every point. Add teams.",)
    at = listed(places.all(found.sites))
    what = {
        "covering": f"{found.value:.6g} of {problem.demand.sum():.6g} is within reach",
        "expected": f"{found.value:.6g} of {problem.demand.sum():.6g} is served on average",
        "fewest": "every point is within reach",
        "median": f"the sum of weight times distance is {found.value:.6g}",
        "center": f"the longest way is {found.value:.6g}",
    }[problem.view]
    gap = abs(found.bound - found.value)
    proven = "proven the best" if found.status == "optimal" else f"the best is no better than {found.bound:.6g}"
    said = [f"{counted(len(found.sites), 'team')} at {at or 'no site'}: {what}; {proven}."]
    if lost:
        said.append(f"No site can serve {counted(len(lost), 'point')}: {listed(lost)}.")
    if found.left and problem.view in ("covering", "expected"):
        heaviest = listed(points.all(found.left))
        said.append(f"Nobody is within reach of {counted(len(found.left), 'point')}, the heaviest {heaviest}.")
    if found.one_more is not None:
        change = abs(found.one_more - found.value)
        less = "" if found.one_less is None else f"; one team less costs {abs(found.one_less - found.value):.6g}"
        about = " about" if gap > 0 else ""
        said.append(f"One team more is worth{about} {change:.6g}{less}.")
    return tuple(said)
