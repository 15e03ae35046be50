"""How likely enough of some people are there: so many heads, or every place filled, each by another who can fill it.

People come independently of each other. `at_least` and `counts` are the law of a head count; `filling` says exactly how
likely all places are filled, `drawn` by drawing, where that is too much, with `off_by` for its error.
"""

from homeward.chances.diagram import Filling, filling, types_of
from homeward.chances.heads import Ints, at_least, counts
from homeward.chances.matching import Bools, can_fill, drawn, off_by, place

__all__ = [
    "Bools",
    "Filling",
    "Ints",
    "at_least",
    "can_fill",
    "counts",
    "drawn",
    "filling",
    "off_by",
    "place",
    "types_of",
]
