"""An oracle of treat-or-move that shares no code with it: every policy, tried out with scalar sums."""

from __future__ import annotations

from math import exp

import numpy as np

from homeward.rescue.treat_records import Assessment, Care, Hazards, Lift, TreatOrMove


def survival(p: TreatOrMove, state: int, *, care: int, begin_s: float, takes_s: float) -> float:
    ends = [*p.hazards.ages_s[1:], float("inf")]
    total = 0.0
    for age, (start, end) in enumerate(zip(p.hazards.ages_s, ends, strict=True)):
        inside = min(begin_s + takes_s, end) - max(begin_s, start)
        total += max(0.0, inside) * p.hazards.per_s[care, state, age]
    return exp(-total)


def best_of_all_policies(p, weights, at=0, care=0, told=(), waited=(), moving_s=0.0, gone_s=0.0):
    """The most of sum of weights x P(arrives alive), over every step here and every answer to each thing after it."""
    states = range(len(p.hazards.states))
    here = {"at": at, "care": care, "told": told, "waited": waited, "moving_s": moving_s, "gone_s": gone_s}

    def lived(takes_s):
        return [survival(p, s, care=care, begin_s=p.age_s + gone_s, takes_s=takes_s) for s in states]

    def then(factors, takes_s, **change):
        after = [w * f for w, f in zip(weights, factors, strict=True)]
        return best_of_all_policies(p, after, **{**here, "gone_s": gone_s + takes_s, **change})

    def move():
        if at == len(p.legs_s):
            return sum(w * f for w, f in zip(weights, lived(p.then_s), strict=True))
        leg = p.legs_s[at]
        grown = [0.0] * len(states) if p.hazards.growth_per_s2 is None else p.hazards.growth_per_s2
        factors = [f * exp(-g * leg * (moving_s + leg / 2)) for f, g in zip(lived(leg), grown, strict=True)]
        return then(factors, leg, at=at + 1, moving_s=moving_s + leg)

    later = range(care + 1, len(p.cares) + 1)
    values = [move(), *(then(lived(p.cares[k - 1].takes_s), p.cares[k - 1].takes_s, care=k) for k in later)]
    for test in p.tests:
        if test.name not in told:
            yes = [test.says_yes[name] for name in p.hazards.states]
            out = lived(test.takes_s)
            values.append(
                then([f * q for f, q in zip(out, yes, strict=True)], test.takes_s, told=(*told, test.name))
                + then([f * (1 - q) for f, q in zip(out, yes, strict=True)], test.takes_s, told=(*told, test.name))
            )
    if p.stop_s is not None and 0 < at < len(p.legs_s) and moving_s > 0:
        at_stop = p.hazards.at_stop_per_s
        rest = lived(p.stop_s) if at_stop is None else [exp(-rate * p.stop_s) for rate in at_stop]
        values.append(then(rest, p.stop_s, moving_s=0.0))
    for lift in p.lifts:
        if lift.at == at and lift.name not in waited:
            wait = max(0.0, lift.ready_s - gone_s)
            came = sum(w * f for w, f in zip(weights, lived(wait + lift.then_s), strict=True))
            rest = then(lived(wait), wait, waited=(*waited, lift.name))
            values.append(lift.p_comes * came + (1 - lift.p_comes) * rest)
    return max(values)


def random_problem(rng: np.random.Generator, *, rich: bool = True) -> TreatOrMove:
    states = ("a", "b", "c")
    ages = 2 if rich and rng.random() < 0.4 else 1
    per_h = rng.uniform(0, 2, (3, 3, ages)) * rng.choice([0.1, 1, 3], (3, 3, 1))
    belief = rng.dirichlet([1, 1, 1]) * rng.uniform(0.7, 1.0)
    legs = tuple(rng.uniform(120, 2400, rng.integers(1, 4)).tolist())
    tests = tuple(
        Assessment(
            name=f"t{i}",
            takes_s=float(rng.uniform(10, 300)),
            says_yes=dict(zip(states, rng.uniform(0, 1, 3), strict=True)),
        )
        for i in range(rng.integers(0, 2 if rich else 1))
    )
    lift = Lift(
        name="air", at=int(rng.integers(0, len(legs) + 1)), ready_s=1800.0, then_s=600.0, p_comes=float(rng.random())
    )
    return TreatOrMove(
        belief=dict(zip(states, belief.tolist(), strict=True)),
        hazards=Hazards(
            states=states,
            per_s=per_h / 3600,
            ages_s=np.array([0.0, 3000.0])[:ages],
            growth_per_s2=rng.uniform(0, 3, 3) / 3600**2 if rich and rng.random() < 0.5 else None,
            at_stop_per_s=rng.uniform(0, 1, 3) / 3600 if rich and rng.random() < 0.5 else None,
        ),
        legs_s=legs,
        cares=(
            Care(name="quick", takes_s=float(rng.uniform(60, 600))),
            Care(name="full", takes_s=float(rng.uniform(300, 2400))),
        ),
        tests=tests,
        lifts=(lift,) if rich and rng.random() < 0.5 else (),
        then_s=float(rng.uniform(0, 1200)),
        age_s=float(rng.uniform(0, 3600)),
        stop_s=300.0 if rich and rng.random() < 0.5 else None,
    )
