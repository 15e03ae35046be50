"""Interior-point kernel: how to split the effort of several resources over segments so that most is found.

    maximise  sum_ki weight[k, i] (1 - exp(-sum_r rate[k, r, i] x[r, i]))   over x >= 0,  sum_i x[r, i] = budget[r]

`k` runs over scenarios (one where nothing but the place is uncertain). The problem is concave; its dual is

    minimise  sum_ki (weight - h - h ln(weight / h)) + sum_r budget[r] max_i sum_k rate[k, r, i] h[k, i]    over h > 0

where h is what is still hidden in a segment and the last maximum is the price of a second of a resource.
Newton's matrix is diagonal plus rank K for each segment, so that one iteration costs (segments x resources^2).
Method: primal-dual interior point (Boyd & Vandenberghe 2004, Convex Optimization, section 11.7) with predictor and
corrector (Mehrotra 1992, SIAM J. Optimization 2(4):575-601), h kept as a variable of its own so that only its
logarithm is linearised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from homeward.geo import Floats

Mask = NDArray[np.bool_]

_MAX_ITERATIONS = 150
_TO_BOUNDARY = 0.99
_RIDGE = 1e-15  # on matrices scaled to a diagonal of 1, so that like resources leave none singular
_MAX_INVERTED = 20_000_000  # segments x resources^3, up to which inverting every block is quick
_NOTHING = 1e-40  # a weight below this share of all is nothing
_LEAST = 1e-200  # shares, slacks and what is hidden are kept above, so that nothing underflows


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """`effort` (resources, segments) in the units of the budgets; `price` (resources,) what one more unit would find.

    `value` is what it finds, `bound` what no split can exceed.
    """

    effort: Floats
    price: Floats
    value: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Shares y and their slacks z (segments, resources), prices nu (resources,), hidden h (segments, scenarios)."""

    y: Floats
    z: Floats
    nu: Floats
    h: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """The problem scaled: `p` (segments, scenarios) summing to 1, `b` (segments, scenarios, resources), `mask`."""

    p: Floats
    b: Floats
    mask: Mask

    def coverage(self, y: Floats) -> Floats:
        return (self.b @ y[:, :, None])[:, :, 0]

    def found(self, y: Floats) -> float:
        return -float((self.p * np.expm1(-self.coverage(y))).sum())

    def gain(self, h: Floats) -> Floats:
        return (h[:, None, :] @ self.b)[:, 0, :]

    def surprise(self, h: Floats) -> Floats:
        """ln(p / h), exact also where the two are close; 0 where there is nothing to find."""
        h = np.where(self.p > 0, h, 1.0).clip(min=_LEAST)
        return np.log1p((np.where(self.p > 0, self.p, 1.0) - h) / h)

    def bound(self, h: Floats) -> float:
        surprise = self.surprise(h)
        kept = np.where(self.p > 0, h * (np.expm1(surprise) - surprise), 0.0)
        return float(kept.sum() + self.gain(h).max(axis=0).sum())


def best_split(weight: Floats, rate: Floats, budget: Floats, *, gap: float = 1e-9) -> Split:
    """The optimal split to within a share `gap` of what it finds; every pair that can search gets at least a little.

    `weight` (scenarios, segments) >= 0; `rate` (scenarios, resources, segments) coverage per unit of effort, >= 0,
    0 where the resource cannot search; `budget` (resources,) >= 0. A resource that is of no use anywhere gets zeros.
    """
    weight = np.where(weight > _NOTHING * weight.sum(), weight, 0.0)
    useful = (rate * weight[:, None, :] > 0).any(axis=0) & (budget > 0)[:, None]  # (resources, segments)
    rows, cols = np.flatnonzero(useful.any(axis=1)), np.flatnonzero(useful.any(axis=0))
    effort, price = np.zeros(rate.shape[1:]), np.zeros(len(budget))
    if not len(rows):
        return Split(effort, price, 0.0, 0.0)
    scale = float(weight[:, cols].sum())
    b = np.ascontiguousarray((rate[:, rows][:, :, cols] * budget[rows, None]).transpose(2, 0, 1))
    case = _Case(np.ascontiguousarray(weight[:, cols].T) / scale, b, useful[np.ix_(rows, cols)].T)
    y, h = _interior(case, gap)
    effort[np.ix_(rows, cols)] = y.T * budget[rows, None]
    price[rows] = case.gain(h).max(axis=0) * scale / budget[rows]
    return Split(effort, price, case.found(y) * scale, case.bound(h) * scale)


def _interior(case: _Case, gap: float) -> tuple[Floats, Floats]:
    """The best shares (segments, resources), each column summing to 1, and the h of the lowest bound met."""
    now = _start(case)
    pairs = int(case.mask.sum())
    best_y, best_h, value, bound = now.y / now.y.sum(axis=0), now.h, -np.inf, np.inf
    bold, last_mu = _TO_BOUNDARY, np.inf
    for _ in range(_MAX_ITERATIONS):
        y = now.y / now.y.sum(axis=0)
        for h in (now.h, case.p * np.exp(-case.coverage(y))):
            here = case.bound(h.clip(min=_LEAST))
            if here < bound:
                best_h, bound = h.clip(min=_LEAST), here
        here = case.found(y)
        if here > value:
            best_y, value = y, here
        if bound - value <= gap * value:
            break
        system = _System(case, now)
        if not system.factorise():
            break
        mu = float((now.y * now.z).sum()) / pairs
        bold = max(0.5, 0.7 * bold) if mu > last_mu else min(_TO_BOUNDARY, 1.2 * bold)
        last_mu = mu
        aim = system.solve(np.zeros_like(now.y))
        reach = min(1.0, _room(now, aim))
        after = float(((now.y + reach * aim.y) * (now.z + reach * aim.z)).sum()) / pairs
        behind = float(abs(system.off * now.h).sum()) / (mu * pairs)  # complementarity must not run ahead of h
        aimed = mu * max((after / mu) ** 3, min(1.0, behind))
        step = system.solve(np.where(case.mask, aimed - aim.y * aim.z, 0.0))
        t = min(1.0, bold * _room(now, step))
        now = _moved(case, now, step, t)
    return best_y, best_h


def _start(case: _Case) -> _Point:
    """Even shares, and the prices that each resource would have if it did as much as all of them, alone."""
    p = case.p.sum(axis=1)
    mean = (case.p[:, None, :] @ case.b)[:, 0, :] / np.where(p > 0, p, 1.0)[:, None]
    team = float(case.mask.shape[1])
    nu = np.array([price_alone(p[on], rate[on], team) for rate, on in zip(mean.T, mean.T > 0, strict=True)])
    nu = nu.clip(min=1e-12)
    cheapest = np.where(case.b > 0, nu / np.where(case.b > 0, case.b, 1.0), np.inf).min(axis=2)
    y = case.mask / case.mask.sum(axis=0)
    h = np.minimum(case.p * np.exp(-case.coverage(y)), 0.5 * cheapest / case.p.shape[1]).clip(min=_LEAST)
    return _Point(y, np.where(case.mask, nu - case.gain(h), 0.0), nu, h)


def price_alone(p: Floats, rate: Floats, budget: float) -> float:
    """What the next unit of effort finds once one resource has spent its budget optimally, in closed form.

    Source: Charnes & Cooper (1958), The theory of search: optimum distribution of search effort, Management Science
    5(1):44-50. `p` (segments,) > 0, `rate` (segments,) > 0.
    """
    log_gain = np.log(p * rate)
    best_first = np.argsort(-log_gain, kind="stable")
    per_rate = 1.0 / rate[best_first]
    level = (np.cumsum(log_gain[best_first] * per_rate) - budget) / np.cumsum(per_rate)
    return float(np.exp(level.max().clip(-690, 690)))


def _moved(case: _Case, at: _Point, step: _Point, t: float) -> _Point:
    """The point after the step, h then drawn to what the shares leave hidden as far as no slack halves or doubles."""
    y, nu = at.y + t * step.y, at.nu + t * step.nu
    h = np.maximum(at.h + t * step.h, 0.02 * at.h)
    z = np.maximum(nu - case.gain(h), 0.1 * (at.z + t * step.z))
    towards = case.p * np.exp(-case.coverage(y)) - h
    change = case.gain(towards)
    share = np.where(case.mask, 0.5 * z / np.maximum(abs(change), _LEAST), np.inf).min(axis=1, keepdims=True)
    h = h + np.minimum(share, 1.0) * towards
    z = np.maximum(nu - case.gain(h), 0.1 * (at.z + t * step.z)).clip(min=_LEAST)
    return _Point(np.where(case.mask, y.clip(min=_LEAST), 0.0), np.where(case.mask, z, 0.0), nu, h.clip(min=_LEAST))


def _room(at: _Point, step: _Point) -> float:
    """How far along the step everything stays >= 0; 1 where there is no limit before, but for the last margin."""
    room = 2.0
    for value, move in ((at.y, step.y), (at.z, step.z)):
        down = move < 0
        room = min(room, float((value[down] / -move[down]).min(initial=np.inf)))
    return room


class _System:
    """Newton's equations at one point, with everything but the prices eliminated.

    Each segment's block is theta + B diag(h) B', theta = z / y. Small problems invert it as it stands, large ones by
    the Woodbury identity, which is quicker and loses some digits. What is left is one dense system in the prices.
    """

    def __init__(self, case: _Case, now: _Point) -> None:
        mask = case.mask
        self.case, self.now = case, now
        self.safe_y = np.where(mask, now.y, 1.0)
        self.off = np.where(case.p > 0, case.coverage(now.y) - case.surprise(now.h), 0.0)
        gain = case.gain(now.h * (1.0 - self.off))
        self.unbalanced = np.where(mask, gain - now.nu + now.z, 0.0)
        self.block: _Blocks = (_Inverted if mask.size * mask.shape[1] ** 2 <= _MAX_INVERTED else _Woodbury)(case, now)
        self.factor: tuple[Floats, bool] | None = None
        self.root = np.ones(len(now.nu))

    def factorise(self) -> bool:
        """False where the matrix is numerically spent."""
        schur = self.block.total()
        diagonal = np.diag(schur)
        if not np.isfinite(schur).all() or diagonal.min() <= 0:
            return False
        self.root = np.sqrt(diagonal)
        try:
            self.factor = cho_factor(schur / np.outer(self.root, self.root) + 1e-14 * np.eye(len(self.root)))
        except (np.linalg.LinAlgError, ValueError):
            return False
        return True

    def solve(self, towards: Floats) -> _Point:
        """The step that brings y z to `towards`."""
        mask, now = self.case.mask, self.now
        pull = np.where(mask, self.unbalanced + towards / self.safe_y - now.z, 0.0)
        want = self.block.times(pull).sum(axis=0) + now.y.sum(axis=0) - 1.0
        assert self.factor is not None
        dnu = cho_solve(self.factor, want / self.root) / self.root
        dy = self.block.times(np.where(mask, pull - dnu, 0.0))
        dz = np.where(mask, (towards - now.z * dy) / self.safe_y - now.z, 0.0)
        return _Point(dy, dz, dnu, -now.h * (self.case.coverage(dy) + self.off))


class _Blocks(Protocol):
    """The inverse of every segment's block."""

    def times(self, v: Floats) -> Floats:
        """The inverses times (segments, resources)."""

    def total(self) -> Floats:
        """Their sum, (resources, resources)."""


class _Inverted:
    """Inverses held as they are; the pairs that cannot search stand apart and are left out."""

    def __init__(self, case: _Case, now: _Point) -> None:
        theta = np.where(case.mask, now.z, 1.0) / np.where(case.mask, now.y, 1.0)
        matrix = case.b.transpose(0, 2, 1) @ (now.h[:, :, None] * case.b)
        index = np.arange(theta.shape[1])
        matrix[:, index, index] += theta
        root = 1.0 / np.sqrt(matrix[:, index, index])
        scaled = matrix * root[:, :, None] * root[:, None, :]
        inverse = np.linalg.inv(scaled + _RIDGE * np.eye(theta.shape[1]))
        self.inverse = inverse * (root * case.mask)[:, :, None] * (root * case.mask)[:, None, :]

    def times(self, v: Floats) -> Floats:
        product: Floats = (self.inverse @ v[:, :, None])[:, :, 0]
        return product

    def total(self) -> Floats:
        total: Floats = self.inverse.sum(axis=0)
        return total


class _Woodbury:
    """1/theta less a matrix of rank K."""

    def __init__(self, case: _Case, now: _Point) -> None:
        self.inv = np.where(case.mask, now.y / np.where(case.mask, now.z, 1.0), 0.0)  # 1 / theta
        self.wb = case.b * self.inv[:, None, :]
        core = np.linalg.inv((self.wb @ case.b.transpose(0, 2, 1)) * now.h[:, None, :] + np.eye(now.h.shape[1]))
        self.core = now.h[:, :, None] * core  # (1/h + B' theta^-1 B)^-1, and well defined for h = 0

    def times(self, v: Floats) -> Floats:
        inner = self.core @ (self.wb @ v[:, :, None])
        product: Floats = self.inv * v - (self.wb.transpose(0, 2, 1) @ inner)[:, :, 0]
        return product

    def total(self) -> Floats:
        flat = self.wb.reshape(-1, self.wb.shape[2])
        total = np.diag(self.inv.sum(axis=0) * (1 + 1e-15)) - flat.T @ (self.core @ self.wb).reshape(flat.shape)
        index = np.arange(len(total))
        total[index, index] = np.maximum(np.diag(total), 1e-15 * self.inv.sum(axis=0))
        return total
