"""The mission file: an append-only log of entries and attachments, each entry chained to the one before by SHA-256.

`MissionLog` is the whole of it. The file is one SQLite database; how it is laid out and why is told in
`docs/decisions/0002-mission-log.md`.
"""

from homeward.log.mission_log import LogGrew, MissionLog, Reading, Stored, blob_id

__all__ = ["LogGrew", "MissionLog", "Reading", "Stored", "blob_id"]
