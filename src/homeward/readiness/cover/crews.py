"""Teams that can do the same: planned as one crew, named afterwards."""

from __future__ import annotations

from dataclasses import replace

from homeward.readiness.cover.records import Answered, Crew, ReservePlan

Kind = tuple[tuple[int, ...] | None, float]


def _kind(crew: Crew) -> Kind:
    return (None if crew.can is None else tuple(sorted(set(crew.can))), crew.travel_factor)


def like_together(crews: tuple[Crew, ...]) -> tuple[Crew, ...]:
    """Crews that can do the same, equally fast, as one: which of them goes where is decided afterwards."""
    kinds: dict[Kind, list[Crew]] = {}
    for crew in crews:
        kinds.setdefault(_kind(crew), []).append(crew)
    return tuple(
        Crew(
            can=can,
            travel_factor=factor,
            standing=sum(c.standing for c in some),
            reserve=sum(c.reserve for c in some),
            either=sum(c.either for c in some),
        )
        for (can, factor), some in kinds.items()
    )


def first_of(merged: Crew, named: tuple[Crew, ...]) -> int:
    """The first crew given that can do what the crew put together can."""
    return next(k for k, c in enumerate(named) if _kind(c) == _kind(merged))


def with_names(found: ReservePlan, merged: tuple[Crew, ...], named: tuple[Crew, ...]) -> ReservePlan:
    """The plan with the crews that were given: places go round among those who are alike, in their order."""
    of = [[k for k, c in enumerate(named) if _kind(c) == _kind(m)] for m in merged]
    stand = [[k for k in some for _ in range(named[k].standing)] for some in of]
    wait = [[k for k in some for _ in range(named[k].reserve)] for some in of]
    either = [[k for k in some for _ in range(named[k].either)] for some in of]

    def taken(pairs: tuple[tuple[int, int], ...], first: list[list[int]]) -> tuple[tuple[int, int], ...]:
        return tuple(((first[m] or either[m]).pop(0), at) for m, at in pairs)

    standing_at, reserve_at = taken(found.standing_at, stand), taken(found.reserve_at, wait)
    at_target = {(m, at): k for (m, at), (k, _) in zip(found.standing_at, standing_at, strict=True)}
    at_base = {(m, at): k for (m, at), (k, _) in zip(found.reserve_at, reserve_at, strict=True)}

    def who(a: Answered) -> Answered:
        if a.crew is None:
            return a
        return replace(a, crew=at_target[a.crew, a.target] if a.base is None else at_base[a.crew, a.base])

    return replace(
        found,
        standing_at=standing_at,
        reserve_at=reserve_at,
        answers=tuple(who(a) for a in found.answers),
        worst=None if found.worst is None else who(found.worst),
    )
