"""Buildings in from files (IndoorGML, indoor GeoJSON, drawn plans), and out as floor plans, sheets and markings.

`read_building` tells the format by what the file holds, reads it with its own reader, and says what it could not use
or had to work out. The readers share `outlines`, which finds what the file leaves unsaid: walls, and ways in where no
door is mapped.
"""

from homeward.exchange.building.read import BuildingRead, read_building

__all__ = ["BuildingRead", "read_building"]
