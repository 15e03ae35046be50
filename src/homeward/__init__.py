"""homeward plans and runs search-and-rescue missions, from the first clue to everyone home."""

__version__ = "0.1.0"
