"""Where the subject may be: the prior from published facts and the ground, clues and searches as likelihoods.

A map is made from a `MapProblem` and never edited; every change is Bayes' rule, takes the share outside the map
along, and adds a line to the map's story.
"""

from homeward.belief.categories import Category, DistanceFit, categories, check_category, distance_fit
from homeward.belief.make import make_map
from homeward.belief.records import Belief, Case, MapProblem, Part, SearchDone, mixture
from homeward.belief.scenarios import Consensus, check_ballot, consensus, suggestions
from homeward.belief.store import map_from_bytes, map_to_bytes
from homeward.belief.survive import Alive, alive_map, alive_share, survival
from homeward.belief.update import after_search, with_clue

__all__ = [
    "Alive",
    "Belief",
    "Case",
    "Category",
    "Consensus",
    "DistanceFit",
    "MapProblem",
    "Part",
    "SearchDone",
    "after_search",
    "alive_map",
    "alive_share",
    "categories",
    "check_ballot",
    "check_category",
    "consensus",
    "distance_fit",
    "make_map",
    "map_from_bytes",
    "map_to_bytes",
    "mixture",
    "suggestions",
    "survival",
    "with_clue",
]
