"""What a report says of a casualty before anybody is there, read from its words by a list of phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.numbers import rows

_NOT = r"(?:no|not|never|without|isn't|wasn't|aren't|doesn't|don't)"
_BETWEEN = r"(?:\s+(?:longer|yet|really|very|any|even))?\s+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The signs that a report speaks of, and each phrase as it was understood, for whoever took the call to check."""

    observation: Observation
    understood: tuple[str, ...]


def hear(report: str) -> Heard:
    """The signs in a report's words (`report_words.csv`, English).

    Longer phrases go before shorter, and each word is read once. A phrase with a `not` before it says the opposite, or,
    of the consciousness, nothing. Of a sign that is told both ways nothing is taken: it is named as unclear. What is
    not in the list is not understood; so what was understood is always to be shown beside the words.
    """
    text = " ".join(report.lower().replace("’", "'").split())
    told: dict[str, set[str]] = {}
    said: dict[str, list[str]] = {}
    for row in sorted(rows("report_words"), key=lambda r: -len(r["phrase"])):
        found = re.compile(rf"\b({_NOT}{_BETWEEN})?{re.escape(row['phrase'])}\b")
        for match in found.finditer(text):
            value = _opposite(row["value"]) if match.group(1) else row["value"]
            if value is not None:
                told.setdefault(row["field"], set()).add(value)
                said.setdefault(row["field"], []).append(match.group(0))
        text = found.sub(lambda match: "#" * len(match.group(0)), text)
    clear = {name: _value(name, next(iter(values))) for name, values in told.items() if len(values) == 1}
    words = tuple(
        f"{name.replace('_', ' ')}: {next(iter(told[name])) if name in clear else 'unclear'} ({', '.join(said[name])})"
        for name in told
    )
    return Heard(observation=Observation(casualty="", **clear), understood=words)  # type: ignore[arg-type]


def _opposite(value: str) -> str | None:
    return {"yes": "no", "no": "yes"}.get(value)


def _value(name: str, value: str) -> bool | Consciousness:
    return Consciousness(value) if name == "consciousness" else value == "yes"
