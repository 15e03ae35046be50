"""What a plan of cover is worth, in the user's own unit: what is left, what a team more or less makes of it."""

from __future__ import annotations

from typing import Any

from homeward.words import lasting, percent

Json = dict[str, Any]


def price_lines(plan: Json, row: Json) -> list[str]:
    """What one team more or less, or no reserve, would make of it, in the user's own unit."""
    price = row.get("price")
    if price is None or plan["view"] == "fewest":
        return []
    now, told = float(price["now"] or 0.0), list[str]()
    for name, words in (("one_more", "one team more"), ("one_less", "one team less")):
        if price[name] is not None:
            told.append(f"{words}: {_to(plan, row, price[name], now)}")
    alone = price.get("without_reserve")
    if alone is not None and any(p["does"] == "wait" for p in row["posts"]):
        told.append(f"all standing and no reserve: {_to(plan, row, alone, now)}")
    if not told:
        return []
    what = {"reserve": "worst loss" if plan["aim"] == "worst" else "mean loss", "deterrence": "worst loss"}.get(
        plan["view"], {"median": "mean way", "center": "longest way"}.get(plan["view"], "value covered")
    )
    name = price["of"]
    of = f" (reckoned as at {target_words(plan, name)}, for a loss weighs by how likely it is)" if name else ""
    weighed = of or (" by how likely" if _share(plan, row) else "")
    near = " where somebody gets to" if plan["uncovered"] else ""
    return [f"PRICE, {what}{near}{weighed}: {_priced(plan, row, now)} with these teams; {'; '.join(told)}."]


def _to(plan: Json, row: Json, value: float, now: float) -> str:
    """That an amount falls or rises to another."""
    said = _priced(plan, row, value)
    if said == _priced(plan, row, now):
        return f"stays {said}"
    return f"{'falls' if value < now else 'rises'} to {said}"


def _share(plan: Json, row: Json) -> bool:
    return plan["view"] in ("covering", "expected") and weighted(row)


def _priced(plan: Json, row: Json, value: float) -> str:
    if plan["view"] in ("covering", "expected"):
        return percent(value) if weighted(row) else number(value * row["total"])
    return amount(plan, value)


def left(plan: Json, row: Json, *, short: bool = False) -> str:
    """What a plan leaves or covers, in the user's own unit."""
    if plan["view"] in ("covering", "expected"):
        return f"{'' if short else 'Covered: '}{covered(row)}"
    if plan["view"] in ("reserve", "deterrence") and plan["aim"] == "worst":
        worst = row["worst"]
        lost = f"{number(worst['loss'])} at {target_words(plan, worst['target'])}" if worst else "nothing"
        return f"{'' if short else 'Worst case left: '}{lost}"
    return f"{'' if short else 'Value of the plan: '}{amount(plan, row['value'])}"


def covered(row: Json) -> str:
    """Value covered in the user's own unit, and where warnings weigh it also as a share."""
    value, total = (row["raw"], row["raw_total"]) if "raw" in row else (row["value"], row.get("total", 0.0))
    share = row["value"] / row["total"] if row.get("total") else 0.0
    weighed = f" ({percent(share)} of what can be reached, weighed by how likely)" if weighted(row) else ""
    return f"{number(value)} of {number(total)} of the value{weighed}"


def target_words(plan: Json, name: str) -> str:
    """A target with its label."""
    label = next((t["label"] for t in plan["targets"] if t["id"] == name), "")
    return f"{name} ({label})" if label else name


def amount(plan: Json, value: float) -> str:
    """A value of a plan in its unit."""
    return lasting(value) if plan["view"] in ("median", "center") else number(value)


def weighted(row: Json) -> bool:
    """Whether warnings make some targets likelier than others."""
    chances = set((row["chance"] or {}).values())
    return len(chances) > 1


def number(value: float) -> str:
    """A value as it is said: 12, 3.4, 0.25."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value + 0.0:.3g}"
