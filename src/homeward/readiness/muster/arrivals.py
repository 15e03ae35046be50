"""When somebody is there: the distribution of one person's time of arrival.

A person sets out once the call has reached them, the task is finished and reported, and they are up; then they travel.
What is exact adds up; what is exponential or lognormal is convolved: in closed form where there is one, else by Gauss
quadrature graded towards the end where the integrand turns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from homeward.geo import Floats
from homeward.readiness.muster.records import Candidate, State, Takes

_JUST_H = 1e-9  # who arrives at 1 h is there at 1 h, whatever rounding makes of a third and two thirds
_LOWEST_Z = -8.5  # a standard normal is below with probability 1e-17
_PANELS = np.array([0.0, 0.25, 0.5, 0.65, 0.75, 0.9, 0.97, 0.99, 0.999, 1.0])
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_GONE = 800.0  # an exponential time is over after so many means: exp(-800) is 0
_FARTHEST_Z = 7.5  # beyond it no arrival is left that counts: 1e-13


@dataclass(frozen=True, slots=True)
class Arrival:
    """A time of arrival, hours from now: `from_h` at the earliest, plus the parts that are not exact, all independent.

    `p` is the probability of arriving at all.
    """

    p: float
    from_h: float
    parts: tuple[Takes, ...]

    def by(self, t_h: Floats) -> Floats:
        """P(there by t), for an array of hours."""
        if self.p == 0:
            return np.zeros(t_h.shape)
        return self.p * _by(self.parts, t_h - self.from_h)

    def mean_h(self) -> float:
        """The mean time of arrival of who comes."""
        return self.from_h + sum(_mean(part) for part in self.parts)

    def median_h(self) -> float:
        """The median time of arrival of who comes."""
        if not self.parts:
            return self.from_h
        if len(self.parts) == 1:
            return self.from_h + _middle(self.parts[0])
        low, high = 0.0, 4 * sum(_mean(part) for part in self.parts)
        for _ in range(60):
            middle = (low + high) / 2
            early = _by(self.parts, np.array([middle]))[0] < 0.5
            low, high = (middle, high) if early else (low, middle)
        return self.from_h + (low + high) / 2

    def edges_h(self) -> Floats:
        """Hours between which P(there by t) is smooth, in order: where it begins, and where each part turns."""
        if len(self.parts) <= 1:
            return self.from_h + np.array([0.0, *(step for part in self.parts for step in _steps(part))])
        middle = sum(_middle(part) for part in self.parts)
        found = [np.array([self.from_h, self.from_h + sum(_steps(part)[-1] for part in self.parts)])]
        for part in self.parts:
            found += [self.from_h + _steps(part), self.from_h + (middle - _middle(part)) + _steps(part)]
        return np.unique(np.concatenate(found))


_EXPONENTIAL = np.array([1e-4, 1e-3, 0.01, 0.05, 0.15, 0.4, 0.8, 1.4, 2.2, 3.5, 5.5, 9.0, 15.0, 28.0])
_NORMAL = np.array([-_FARTHEST_Z, -5.0, -3.5, -2.3, -1.3, -0.5, 0.3, 1.2, 2.2, 3.4, 5.0, _FARTHEST_Z])


def _width(part: Takes) -> float:
    return part.median_h * math.log(part.gsd) if part.mean_h is None else part.mean_h


def _steps(part: Takes) -> Floats:
    """Hours within which a part turns, the last when it is over."""
    found: Floats = part.median_h * part.gsd**_NORMAL if part.mean_h is None else part.mean_h * _EXPONENTIAL
    return found


def _middle(part: Takes) -> float:
    return part.median_h if part.mean_h is None else part.mean_h * math.log(2)


def arrival(person: Candidate, *, finish_tasks: bool = True, later_h: float = 0.0) -> Arrival:
    """When this person arrives if called `later_h` from now. Without `finish_tasks` a task is broken off at once."""
    p = p_come(person)
    if person.state == State.UNREACHABLE:
        return Arrival(0.0, 0.0, ())
    if person.p_present is not None or person.state == State.HERE:
        return Arrival(p, 0.0 if person.state == State.HERE else later_h, ())
    task = person.task if finish_tasks else Takes()
    on_task = task.median_h > 0 or bool(task.mean_h)
    spans = (person.delay, task, person.travel)
    exact = sum(span.median_h for span in spans if _exact(span))
    report_h = person.report_h if on_task else 0.0
    parts = tuple(span for span in spans if not _exact(span))
    return Arrival(p, later_h + exact + report_h + person.wake_h, parts)


def p_come(person: Candidate) -> float:
    """The probability that somebody comes, silence counted (Bayes).

    Who comes answers after an exponential time of mean `answer_mean_h`; of those who won't, the share `says_no` after
    such a time too, the others never.
    """
    if person.state == State.UNREACHABLE:
        return 0.0
    p = person.p_come if person.p_present is None else person.p_present
    if person.answer_mean_h is None or not person.silent_h or not 0 < p < 1:
        return p
    silent = math.exp(-person.silent_h / person.answer_mean_h)
    comes, refuses = p * silent, (1 - p) * (1 - person.says_no + person.says_no * silent)
    return comes / (comes + refuses) if comes + refuses > 0 else p


def there_by(arrivals: Sequence[Arrival], times_h: Floats) -> Floats:
    """P(there by t) of each, (people, times): those with one lognormal part in one go, others alike looked up once."""
    found = np.zeros((len(arrivals), len(times_h)))
    known: dict[Arrival, Floats] = {}
    plain: list[int] = []
    for i, a in enumerate(arrivals):
        if len(a.parts) == 1 and a.parts[0].mean_h is None:
            plain.append(i)
        else:
            found[i] = known[a] if a in known else known.setdefault(a, a.by(times_h))
    if plain:
        some = [(a.p, a.from_h, a.parts[0].median_h, math.log(a.parts[0].gsd)) for a in (arrivals[i] for i in plain)]
        p, from_h, median_h, log_gsd = np.array(some).T[:, :, None]
        found[plain] = p * _lognormal(median_h, log_gsd, np.maximum(times_h - from_h, 0.0))
    return found


def _exact(span: Takes) -> bool:
    return span.mean_h == 0 or (span.mean_h is None and (span.gsd == 1 or span.median_h == 0))


def _mean(span: Takes) -> float:
    return span.median_h * math.exp(math.log(span.gsd) ** 2 / 2) if span.mean_h is None else span.mean_h


def _by(parts: Sequence[Takes], x: Floats) -> Floats:
    """P(sum of the parts <= x)."""
    if not parts:
        return (x >= -_JUST_H).astype(np.float64)
    past = np.maximum(x, 0.0)
    means = [part.mean_h for part in parts if part.mean_h is not None]
    if len(parts) == 1 and not means:
        return _lognormal(parts[0].median_h, math.log(parts[0].gsd), past)
    if len(means) == len(parts) <= 2:
        return _exponentials(means, past)
    first = min(parts, key=_width)
    rest = list(parts)
    rest.remove(first)
    return _convolved(first, rest, past)


def _lognormal(median_h: float | Floats, log_gsd: float | Floats, x: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        found: Floats = ndtr(np.log(x / median_h) / log_gsd)
    return found


def _exponentials(means: Sequence[float], x: Floats) -> Floats:
    """One or two exponential times: hypoexponential, with the difference quotient written so that like means don't
    cancel.
    """
    fast, slow = 1 / min(means), 1 / max(means)
    x = np.minimum(x, _GONE * max(means))
    if len(means) == 1:
        return -np.expm1(-fast * x)
    y = (fast - slow) * x
    spread = np.where(y > 1e-8, -np.expm1(-y) * x / np.maximum(y, 1e-300), x * (1 - y / 2))
    there: Floats = -np.expm1(-fast * x) - fast * spread * np.exp(-slow * x)
    return np.clip(there, 0.0, 1.0)


def _convolved(first: Takes, rest: Sequence[Takes], x: Floats) -> Floats:
    """P(first + rest <= x): the mean over `first` of P(rest <= x - first)."""
    with np.errstate(divide="ignore"):
        if first.mean_h is None:
            top = np.clip(np.log(x / first.median_h) / math.log(first.gsd), _LOWEST_Z, -_LOWEST_Z)
            low = np.full(x.shape, _LOWEST_Z)
        else:
            top, low = -np.expm1(-x / first.mean_h), np.zeros(x.shape)
    middle = (_PANELS[1:] + _PANELS[:-1]) / 2
    half = (_PANELS[1:] - _PANELS[:-1]) / 2
    share = (middle[:, None] + half[:, None] * _NODES).ravel()
    weight = (half[:, None] * _WEIGHTS).ravel()
    at = low[..., None] + (top - low)[..., None] * share
    if first.mean_h is None:
        spent = first.median_h * first.gsd**at
        density = np.exp(-(at**2) / 2) / math.sqrt(2 * math.pi)
    else:
        spent, density = -first.mean_h * np.log1p(-np.minimum(at, 1 - 1e-16)), np.ones(at.shape)
    left = np.maximum(x[..., None] - spent, 0.0)
    found: Floats = (top - low) * ((density * _by(rest, left)) @ weight)
    return np.clip(found, 0.0, 1.0)
