"""What people write of how sure they are and of how many they saw: read whole, or not at all.

What counts has to stand alone: before it only what changes nothing ("I am", "about"), after it nothing that turns it
round, bounds it or says another ("not", "or more", "70 %").
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:\.\d+)?|[^\w\s]|_")


def word_set(text: str) -> frozenset[str]:
    """The words of a list in one line."""
    return frozenset(text.split())


_PUNCTUATION = frozenset(",.;:!()\"'-–—…“”~")
HARMLESS = word_set(
    "a about all am an approximately are around be been ca chance chances circa for he he's her him his i i'd i'm i've "
    "im is it it's its me my odds of oh ok okay our probability roughly said say saw she she's that that's the them "
    "there there's these they they'd they're this those to us was we we'd we're well were with would yeah yes"
)
"""Words that change nothing about the phrase or number that follows them."""
_TURNS = word_set(
    "aint against although another arent barely but cannot cant contrary couldnt didnt different doesnt dont doubt "
    "else except false fewer hardly however if impossible instead isnt least less lie lied lying max maximum min "
    "minimum mistaken more most neither never no nobody none nor not nothing opposite or other over plus rather "
    "scarcely than though uncertain under unless unsure wasnt werent without wont wouldnt wrong"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people mean by some words: median, quartiles `low` and `high`, mean, and where that is from.

    `phrase` is the part of the words that was found; `own_assumption` where nobody was asked.
    """

    phrase: str
    median: float
    low: float
    high: float
    mean: float
    source: str
    own_assumption: bool


RANGE = "as said: the middle of a range; that its ends are quartiles is homeward's own assumption"


def as_said(phrase: str, low: float, high: float) -> Words:
    """A number as it was said; of a range the middle, its ends for quartiles (our own assumption)."""
    middle, alone = round((low + high) / 2, 12), low == high
    source = "as said" if alone else RANGE
    return Words(phrase=phrase, median=middle, low=low, high=high, mean=middle, source=source, own_assumption=not alone)


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `name`.csv beside this module, each a mapping from column to text."""
    text = resources.files("homeward.readiness.fuse").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def plain(words: str) -> str:
    """Small letters, "percent" for its sign, "to" for the dash between two numbers, single spaces."""
    text = words.casefold().replace("’", "'").replace("%", " percent ").replace("per cent", "percent")
    text = re.sub(r"(?<=[^\W\d_])[-–](?=[^\W\d_])", " ", text)
    text = re.sub(r"(?<=\d)\s*(?:percent)?\s*[-–—]\s*(?=\d)", " to ", text)
    return " ".join(text.split())


def tokens(text: str) -> list[str]:
    """The words, numbers and signs of a plain text; commas, full stops and the like left out."""
    return [token for token in _TOKEN.findall(text) if token not in _PUNCTUATION]


def alone(
    before: list[str], after: list[str], *, harmless: frozenset[str], turns: frozenset[str] = frozenset()
) -> bool:
    """Whether what stands between these words counts as it is."""
    return all(word in harmless for word in before) and not any(
        word in _TURNS or word in turns or word.endswith("n't") or not word[0].isalpha() for word in after
    )
