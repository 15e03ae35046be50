"""The verbs that look ahead: when what was warned of may come, and when readiness should be raised and lowered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.figures import read_figure
from homeward.desk.files import write_whole
from homeward.desk.readiness.warning.dates_said import read_days
from homeward.desk.readiness.warning.foreseen import (
    Foreseen,
    first_of,
    first_to_come,
    foreseen,
    motive_row,
    open_foreseen,
)
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.exchange.page_values import utc_text
from homeward.exchange.page_warning import board_lines, coming_data, date_after, warning_row
from homeward.readiness.warn.forecast import Coming
from homeward.readiness.warn.ready import Stakes, expected_loss, pays, plan_readiness
from homeward.readiness.warn.words import days_words
from homeward.words import capital

NONE_YET: Final = "No warning is open: homeward warning give MISSION NAME --about '1 month' --early '1 week'."
_ROOM: Final = "Free some space, or write somewhere else."


def forecast(
    path: Path, name: str | None = None, *, picture: Path | None = None, night: bool = False, personal: bool = False
) -> Answer:
    """When each open warning may come (or NAME alone), and the first of them: probabilities, dates to be ready by.

    `picture` is a PNG that is written: the distribution with its dates, red on black with `night`. What was said and by
    whom is shown only with `personal`.
    """
    now = clock.now()
    with opened(path, read_only=True) as book:
        ahead = _asked(book, name, now=now)
        rows = [_row(one, now=now, personal=personal) for one in ahead]
        first = first_of(ahead) if name is None and len(ahead) > 1 else None
        data: dict[str, Any] = {"now": utc_text(now), "warnings": rows}
        data["first"] = None if first is None else coming_data(first, now=now)
        if picture is not None:
            _draw(picture, data, zone=book.mission.time_zone, night=night)
        zone = book.mission.time_zone
        lines = [line for row in rows for line in board_lines(row, zone_time=_shown(row["coming"], zone))]
        if personal:
            lines += [f"  {row['id']}: “{row['text']}” {row['source']}" for row in rows if row["text"]]
            lines += [f"  {row['id']}: {row['motive_words']}" for row in rows if row["motive_words"]]
        if first is not None:
            lines.append(f"The first of them, if they are independent: {data['first']['words'][0]}")
            lines.append(f"  {data['first']['words'][1]}")
        lines += _past(book, zone)
    if picture is not None:
        lines.append(f"Drawn: {picture}.")
    return Answer(text="\n".join(lines or [NONE_YET]), data=data)


def alert_level(
    path: Path,
    name: str | None = None,
    *,
    cost_per_day: float | str,
    loss: float | str,
    ramp: str | None = None,
) -> Answer:
    """When to raise readiness and when to lower it, for all open warnings together or NAME alone.

    `cost_per_day` of readiness and the `loss` if it comes while nobody is ready, in any one unit; `ramp` is how long it
    takes from raising it until it is whole, as in "2 days".
    """
    cost, lost = _amount(cost_per_day, "the cost of a day", least=0.0), _amount(loss, "the loss")
    stakes = Stakes(cost_per_day=cost, loss=lost, ramp_d=0.0 if ramp is None else read_days(ramp, "ramp"))
    now = clock.now()
    with opened(path, read_only=True) as book:
        coming: Coming | None = (
            first_to_come(book.mission, now=now) if name is None else _asked(book, name, now=now)[0].forecast
        )
        zone = book.mission.time_zone
    if coming is None:
        raise NotYet(NONE_YET)
    plan = plan_readiness(coming, stakes)
    spans = [(date_after(now, a), date_after(now, b)) for a, b in plan.spans_d]
    hazard = float(coming.hazard_per_day(0.0))
    worth = pays(coming, 0.0, stakes)
    lines = [
        f"Readiness pays while the hazard is above {cost / lost:.2%} per day.",
        f"Now it is {hazard:.2%}: {'it pays' if worth else 'it does not pay'} at this moment.",
    ]
    lines = lines if cost > 0 else ["A day of readiness costs nothing: it pays always."]
    lines += [_span_words(a, b, zone, now) for a, b in spans] or ["Never raise it: it costs more than it saves."]
    waits = "" if stakes.ramp_d == 0 else f"It takes {days_words(stakes.ramp_d)} until it is whole. "
    whole, now_, never = (_money(x) for x in (plan.cost, plan.cost_now, plan.cost_never))
    lines.append(f"{waits}That costs {whole} in all, with the loss left; raised now and held {now_}, never {never}.")
    return Answer(
        text="\n".join(lines),
        data={
            "hold_if_hazard_above": cost / lost,
            "hazard_per_day": hazard,
            "pays_now": worth,
            "spans": [{"raise": utc_text(a), "lower": utc_text(b)} for a, b in spans],
            "spans_d": [list(span) for span in plan.spans_d],
            "cost": plan.cost,
            "cost_now": plan.cost_now,
            "cost_never": plan.cost_never,
            "loss_if_raised_now": expected_loss(coming, stakes, start_d=0.0),
        },
    )


def warning_page(book: Book, *, personal: bool) -> dict[str, Any]:
    """`warning` of the page: open warnings with their forecasts, the first of them, those that came or were lifted."""
    now, state = clock.now(), book.mission.readiness
    ahead = open_foreseen(book.mission, now=now)
    first = first_of(ahead)
    return {
        "warning": {
            "now": utc_text(now),
            "warnings": [_row(one, now=now, personal=personal) for one in ahead],
            "first": None if first is None else coming_data(first, now=now),
            "came": [{"id": h.event.threat, "came_at": utc_text(h.event.came_at)} for h in state.came.values()],
            "lifted": list(state.lifted),
        }
    }


def warning_files(book: Book) -> dict[str, bytes]:
    """The picture of the open warnings, for day and night, and the calendar of dates to be ready by."""
    from homeward.exchange.ready_calendar import ready_calendar
    from homeward.exchange.warning_plot import warning_png

    now, zone = clock.now(), clock.zone(book.mission.time_zone)
    rows = [_row(one, now=now, personal=False) for one in open_foreseen(book.mission, now=now) if one.warned]
    if not rows:
        return {}
    board = {"now": utc_text(now), "warnings": rows}
    return {
        "warnings.png": warning_png(board, zone=zone),
        "warnings-night.png": warning_png(board, zone=zone, night=True),
        "ready-by.ics": ready_calendar(rows, mission=book.mission.name, now=now),
    }


# --- what is behind them ----------------------------------------------------------------------------------


def _asked(book: Book, name: str | None, *, now: datetime) -> tuple[Foreseen, ...]:
    if name is None:
        return open_foreseen(book.mission, now=now)
    known = {h.event.id: h.event for h in book.mission.readiness.open_threats}
    if name not in known:
        raise UnknownName("open warning", name, known)
    if known[name].said_at > now:
        raise BadInput(f"The warning {name} was given later than now. Set the clock right.")
    return (foreseen(book.mission, known[name], now=now),)


def _row(one: Foreseen, *, now: datetime, personal: bool) -> dict[str, Any]:
    notes = (*one.notes, *([one.why_not] if one.why_not else []))
    told = {"notes": notes, "assumed": one.assumed}
    row = warning_row(one.threat, one.warned, now=now, reports=one.reports, told=told, personal=personal)
    return row | motive_row(one, personal=personal)


def _shown(coming: Mapping[str, Any] | None, zone: str) -> dict[str, str]:
    dates = [] if coming is None else [r["at"] for r in coming["ready_by"] if r["at"]]
    return {text: _date_words(datetime.fromisoformat(text), zone) for text in dates}


def _date_words(when: datetime, zone: str) -> str:
    """A date as it is told: with the year where it is far."""
    far = when - clock.now() > timedelta(days=300)
    return f"{when.astimezone(clock.zone(zone)):%d %b %Y}" if far else clock.show_time(when, zone)


def _span_words(start: datetime | None, stop: datetime | None, zone: str, now: datetime) -> str:
    assert start is not None
    begin = "now" if start - now < timedelta(minutes=1) else _date_words(start, zone)
    end = "and hold it" if stop is None or stop - now > timedelta(days=3600) else f"lower it {_date_words(stop, zone)}"
    return f"Raise it {begin}, {end}."


def _past(book: Book, zone: str) -> list[str]:
    state = book.mission.readiness
    came = [f"{h.event.threat} came {clock.show_time(h.event.came_at, zone)}." for h in state.came.values()]
    return [*came, *([f"Lifted: {', '.join(state.lifted)}."] if state.lifted else [])]


def _amount(told: float | str, what: str, *, least: float | None = None) -> float:
    """A sum of money or the like: `least` or more, above 0 where that is left out."""
    amount = read_figure(told, what)
    if not (amount > 0 or amount == least) or amount >= 1e15:
        asked = "above 0" if least is None else f"from {least:g} up"
        raise BadInput(f"{capital(what)} is {told}. Give a number {asked}, below 1e15.")
    return amount


def _money(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"


def _draw(picture: Path, data: dict[str, Any], *, zone: str, night: bool) -> None:
    from homeward.exchange.warning_plot import warning_png

    if picture.is_dir():
        raise BadInput(f"{picture} is a folder. Name the picture in it, such as {picture}/forecast.png.")
    if not any(row["coming"] for row in data["warnings"]):
        raise NotYet(NONE_YET)
    image = warning_png(data, zone=clock.zone(zone), night=night)
    write_whole(picture, image, remedy=_ROOM)
