"""Views `covering`, `fewest`, `expected`, `median` and `center` of the kind `cover`: where teams wait."""

from __future__ import annotations

import numpy as np

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.cover_shown import Run, Shown, factored, listed, posted, teams_of
from homeward.exchange.solver_files.cover_tables import Names, Tables, distances
from homeward.geo import Floats
from homeward.readiness.cover.records import MAX_TEAMS, Sites, SitesProblem, SitesView
from homeward.readiness.cover.solve import cover_sites
from homeward.words import counted

MOST_PRICED = 40_000  # pairs of point and site, up to which a team more and less is solved for without being asked


def sites(problem: CoverFile, tables: Tables, run: Run, *, factor: Floats | None = None) -> Shown:
    """Views `covering`, `fewest`, `expected`, `median` and `center`: where teams wait."""
    file = tables.file
    distance, points, places = distances(problem, tables)
    demand = np.ones(len(distance)) if problem.demand is None else tables.read(problem.demand, "demand", dims=1)
    if len(demand) != len(distance):
        has = counted(len(demand), "point")
        raise BadFile(f"{file}: demand has {has}, and there are {len(distance)}. Give one weight for each.")
    view: SitesView = problem.view  # type: ignore[assignment]
    if view in ("covering", "fewest", "expected") and problem.radius is None:
        raise BadFile(f"{file}: radius is missing. Give how far a team serves.")
    if view == "covering" and problem.teams is None:
        view = "fewest"
    teams = 0 if view == "fewest" else teams_of(problem, file)
    ready = SitesProblem(
        view=view,
        demand=factored(demand, factor, file),
        distance=distance,
        teams=teams,
        radius=np.inf if problem.radius is None else problem.radius,
        busy=problem.busy if view == "expected" else 0.0,
        keep=tuple(places.find(name, "keep") for name in problem.keep),
        before=tuple(places.find(name, "before") for name in problem.before),
        per_site=problem.per_site or (MAX_TEAMS if view == "expected" else 1),
    )
    found = cover_sites(
        ready,
        prices=distance.size <= MOST_PRICED if problem.prices is None else problem.prices,
        seed=run.seed,
        time_limit_s=run.time_limit_s,
        watch=run.watch,
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
            "prices_proven": None if found.one_more is None and found.one_less is None else found.prices_proven,
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
    at = places.all(found.sites)
    nobody = "There are no teams" if problem.teams == 0 and problem.view != "fewest" else "No team is of use"
    what = {
        "covering": f"{found.value:.6g} of {problem.demand.sum():.6g} is within reach",
        "expected": f"{found.value:.6g} of {problem.demand.sum():.6g} is served on average",
        "fewest": _all_within_reach(problem, found, points),
        "median": f"the sum of weight times distance is {found.value:.6g}",
        "center": f"the longest way{_of_weight(problem)} is {found.value:.6g}",
    }[problem.view]
    proven = "proven the best" if found.status == "optimal" else f"the best is no better than {found.bound:.6g}"
    where = posted(at) if at else "No team is needed" if problem.view == "fewest" else nobody
    said = [f"{where}: {what}; {proven}."]
    if lost:
        said.append(f"No site can serve {counted(len(lost), 'point')}: {listed(lost)}.")
    if found.left and problem.view in ("covering", "expected"):
        most = points.all(found.left)
        heaviest = f", the heaviest first: {listed(most)}" if len(most) > 1 else f": {most[0]}"
        said.append(f"Nobody is within reach of {counted(len(most), 'point')}{heaviest}.")
    if found.one_more is not None:
        about = "" if found.status == "optimal" and found.prices_proven else "about "
        sign = 1 if problem.view in ("covering", "expected") else -1
        gain = max(0.0, sign * (found.one_more - found.value))
        less = ""
        if found.one_less is not None:
            less = f"; one team less costs {about}{max(0.0, sign * (found.value - found.one_less)):.6g}"
        said.append(f"One team more is worth {about}{gain:.6g}{less}.")
    return tuple(said)


def _all_within_reach(problem: SitesProblem, found: Sites, points: Names) -> str:
    """That all points are, or which are not: only those of weight 0 need not be."""
    beyond = points.all(np.flatnonzero((found.served_by < 0) & (problem.demand == 0)).tolist())
    if not beyond:
        return "every point is within reach"
    are = "is" if len(beyond) == 1 else "are"
    out = f"{counted(len(beyond), 'point')} of weight 0 {are} not ({listed(beyond)})"
    return f"every point of weight above 0 is within reach, {out}"


def _of_weight(problem: SitesProblem) -> str:
    return " to a point of weight above 0" if (problem.demand == 0).any() else ""
