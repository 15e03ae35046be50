"""Words and grades as numbers: certainty in words, the letters and digits of the Admiralty system.

Every number has its source; what is homeward's own assumption says so, and stays marked wherever it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from homeward.errors import BadInput
from homeward.readiness.fuse.learn import trusted
from homeward.readiness.fuse.numbers import TENS
from homeward.readiness.fuse.phrases import HARMLESS, Words, alone, as_said, plain, rows, tokens
from homeward.readiness.fuse.records import Graded, Learnt, Report, Trust

LETTERS, DIGITS = "ABCDEF", (1, 2, 3, 4, 5, 6)
_START, _STOP = r"(?<![\w./+-])(?<!\d[,:])", r"(?![\w/:.,]?\d)"
_N = rf"{_START}(\d+(?:\.\d+|,\d{{1,2}})?){_STOP}"
_EVEN = re.compile(rf"{_START}50 ?(?:/|:|to)? ?50{_STOP}(?: percent)?")
_RANGE = re.compile(rf"(between )?{_N}(?: percent)? (to|or|and) {_N} percent")
_PERCENT = re.compile(rf"{_N} percent")
_OUT_OF = re.compile(rf"{_N} (?:out of|in) {_N}")
_TENTHS = re.compile(rf"{_START}(\d+) ?/ ?(100?){_STOP}")
_SHARE = re.compile(r"[01][.,]\d+")
_ROUND = re.compile(rf"\b(?:(?:a|one) )?({'|'.join(('hundred', *TENS))}) percent\b")
_SURE = re.compile(r"\s*(?:sure|certain|likely|probable|positive|confident|chance|probability|certainty|confidence)\b")
_BEFORE_NUMBER = HARMLESS | {"guess", "maybe", "perhaps", "probably", "suppose", "think"}


@lru_cache(maxsize=4096)
def words_probability(words: str) -> Words | None:
    """The probability that words stand for (`certainty_words.csv`), or None where they are not known.

    One phrase of the table, the longest that fits, or one number: a percentage, "8 out of 10", 8/10, 50/50, 0.8, or a
    range "60-70 %" (its middle, its ends for quartiles). What turns it round or bounds it, or a second one beside it,
    makes the whole unknown: nobody was asked what that means.
    """
    text = _ROUND.sub(lambda found: f"{TENS.get(found.group(1), 100)} percent", plain(words))
    fits = ((pattern.search(text), row) for pattern, row in _by_length())
    found, row = next(((place, row) for place, row in fits if place is not None), (None, {"phrase": ""}))
    said = bool(re.search(r"\d", text)) and "percent" not in row["phrase"]
    if said:
        found = _number_said(text)
    if found is None:
        return None
    before, after = text[: found.start()], text[found.end() :]
    if "percent" in found.group() or said:
        after = _SURE.sub("", after, count=1) if _SURE.match(after) else after
    harmless = _BEFORE_NUMBER if said else HARMLESS
    if any(pattern.search(after) for pattern, _ in _by_length()) or not alone(
        tokens(before), tokens(after), harmless=harmless
    ):
        return None
    return _as_said(found) if said else _of_table(row)


def _of_table(row: dict[str, str]) -> Words:
    return Words(
        phrase=row["phrase"],
        median=float(row["median"]),
        low=float(row["low"]),
        high=float(row["high"]),
        mean=float(row["mean"]),
        source=row["source"],
        own_assumption=row["basis"] == "ours",
    )


def _number_said(text: str) -> re.Match[str] | None:
    """The first number in a text that can be a probability, as it is written."""
    if whole := _SHARE.fullmatch(text):
        return whole
    found = (form.search(text) for form in (_EVEN, _RANGE, _PERCENT, _OUT_OF, _TENTHS))
    return next((place for place in found if place is not None), None)


def _as_said(found: re.Match[str]) -> Words | None:
    said = found.group()
    if found.re is _EVEN:
        return as_said(said, 0.5, 0.5)
    if found.re is _SHARE:
        low = high = _value(said)
    elif found.re is _RANGE:
        between, one, link, other = found.groups()
        if bool(between) != (link == "and"):
            return None
        low, high = sorted((_value(one) / 100, _value(other) / 100))
    elif found.re is _PERCENT:
        low = high = _value(found.group(1)) / 100
    else:
        low = high = _value(found.group(1)) / max(_value(found.group(2)), 1e-9)
    return as_said(said, low, high) if 0 <= low <= high <= 1 else None


def _value(number: str) -> float:
    return float(number.replace(",", "."))


@lru_cache
def grade_value(scheme: str, scale: str, code: str) -> float | None:
    """The number of a letter or digit in a scheme of `grade_scales.csv`; None where the scheme gives it none."""
    for row in rows("grade_scales"):
        if (row["scheme"], row["scale"], row["code"]) == (scheme, scale, code):
            return float(row["value"]) if row["value"] else None
    return None


def graded(report: Report, learnt: Mapping[str, Learnt], *, model: bool, mean: bool, unknown: Trust) -> Graded:
    """The numbers that a report counts with.

    Reliability: `r` as given, else by what came true of its source before, starting from its letter (`trusted`), else
    by its letter alone (F: `unknown`). Certainty: `c` as
    given, else by the witness's words (`mean`: the mean of what people mean by them, else the median), else by the
    digit; 6, or nothing at all, says nothing either way.
    """
    r, r_from, r_low, r_high, beta = _reliability(report, learnt.get(report.source), model=model, unknown=unknown)
    c, c_from, low, high, own_c = _certainty(report, mean=mean)
    own = (("r",) if r_from.endswith("(own assumption)") else ()) + (("c",) if own_c else ())
    return Graded(
        r=r, c=c, r_from=r_from, c_from=c_from, own=own, c_low=low, c_high=high, r_low=r_low, r_high=r_high, beta=beta
    )


def _reliability(report: Report, learnt: Learnt | None, *, model: bool, unknown: Trust) -> Trust:
    if report.r is not None:
        return Trust(report.r, "as given", report.r, report.r, None)
    letter = report.reliability.strip().upper()
    if letter and (letter not in LETTERS or len(letter) != 1):
        raise BadInput(
            f"Report {report.id!r} has reliability {report.reliability!r}. Give a letter from A (completely "
            "reliable) to E (unreliable), or F (cannot be judged)."
        )
    mean = grade_value("homeward", "reliability", letter) if letter not in ("", "F") else None
    if learnt is not None:
        told = f"{learnt.right} of {learnt.right + learnt.wrong} claims came true"
        if model:
            return Trust(learnt.r_model, told, learnt.r_low, learnt.r_high, None)
        own = "" if mean is None else f" after letter {letter} (own assumption)"
        return trusted(learnt.right, learnt.wrong, told=told + own, mean=0.5 if mean is None else mean)
    if letter:
        if letter == "F":
            return unknown
        r = mean or 0.0
        return Trust(r, f"letter {letter} (own assumption)", r, r, None)
    if report.says:
        raise BadInput(
            f"Report {report.id!r} does not say how reliable its source is. Give r (0 to 1) or reliability (A to F)."
        )
    return Trust(1.0, "not discounted", 1.0, 1.0, None)


def _certainty(report: Report, *, mean: bool) -> tuple[float, str, float, float, bool]:
    if report.c is not None:
        return report.c, "as given", report.c, report.c, False
    if report.certainty:
        words = words_probability(report.certainty)
        if words is None:
            raise BadInput(
                f"Report {report.id!r}: what {report.certainty!r} means as a probability is not known. Ask the witness "
                "for a number, and give it as c."
            )
        c = words.mean if mean else words.median
        note = " (own assumption)" if words.own_assumption else ""
        return c, f'words "{words.phrase}"{note}', words.low, words.high, words.own_assumption
    if report.credibility is not None:
        if report.credibility not in DIGITS:
            raise BadInput(
                f"Report {report.id!r} has credibility {report.credibility}. Give a digit from 1 (confirmed) to 5 "
                "(improbable), or 6 (cannot be judged)."
            )
        c6 = grade_value("homeward", "credibility", str(report.credibility))
        if c6 is None:
            return 0.5, "digit 6: cannot be judged", 0.5, 0.5, False
        return c6, f"digit {report.credibility} (own assumption)", c6, c6, True
    if report.says:
        raise BadInput(
            f"Report {report.id!r} does not say how sure it is. Give c (0 to 1), certainty in the witness's words, or "
            "credibility (1 to 6)."
        )
    return 1.0, "", 1.0, 1.0, False


@lru_cache
def _by_length() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """The phrases of certainty, the longest first."""
    longest = sorted(rows("certainty_words"), key=lambda row: -len(row["phrase"]))
    return [(re.compile(rf"\b{re.escape(row['phrase'])}\b"), row) for row in longest]
