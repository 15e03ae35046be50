"""What leaves a mission for people and other tools, and what comes in from them: one file per outside format.

GPX out (`gpx`) and in (`track`), CalTopo GeoJSON (`caltopo`), maps as pictures (`picture`), printed sheets (`sheets`).
Nothing here reads a log or a clock. Matplotlib and Typst are loaded when the first picture or sheet is made.
"""

from homeward.exchange.basemap import Frame
from homeward.exchange.caltopo import caltopo_geojson, read_caltopo
from homeward.exchange.gpx import assignment_gpx
from homeward.exchange.picture import MapBook, assignment_picture, map_book, overview_picture
from homeward.exchange.sheets import Sheets, write_sheets
from homeward.exchange.track import Track, read_track

__all__ = [
    "Frame",
    "MapBook",
    "Sheets",
    "Track",
    "assignment_gpx",
    "assignment_picture",
    "caltopo_geojson",
    "map_book",
    "overview_picture",
    "read_caltopo",
    "read_track",
    "write_sheets",
]
