"""Several searchers on a graph (rooms, doors, stairs; a trail net) for a subject that stays or moves.

`solve_rooms` plans; its value is exact, its bound proven. Where danger is learnt on the way, `learnt` says what is
known of it and `one_ahead` who goes on.
"""

from homeward.search.rooms.danger import learnt, one_ahead
from homeward.search.rooms.problem import Bond, Links, RoomsProblem, RoomsSearcher, RoomsSolution
from homeward.search.rooms.solve import solve_rooms

__all__ = ["Bond", "Links", "RoomsProblem", "RoomsSearcher", "RoomsSolution", "learnt", "one_ahead", "solve_rooms"]
