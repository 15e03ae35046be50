"""A hand-over on paper and in files: ATMISTER card (PDF), FHIR R5 document, TAK zMist, NEMSIS field map.

All are made from the one record of `rescue.handover`, which holds what its reader may know, and nothing else.
"""

from homeward.exchange.handover.files import handover_files, record_from_bytes, record_to_bytes
from homeward.exchange.handover.words import MOST_WORDS, spoken, spoken_words

__all__ = ["MOST_WORDS", "handover_files", "record_from_bytes", "record_to_bytes", "spoken", "spoken_words"]
