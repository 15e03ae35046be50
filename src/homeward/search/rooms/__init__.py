"""Several searchers on a graph (rooms, doors, stairs; a trail net) for a subject that stays or moves.

`solve_rooms` plans; its value is exact, its bound proven.
"""

from homeward.search.rooms.problem import Bond, Links, RoomsProblem, RoomsSearcher, RoomsSolution
from homeward.search.rooms.solve import solve_rooms

__all__ = ["Bond", "Links", "RoomsProblem", "RoomsSearcher", "RoomsSolution", "solve_rooms"]
