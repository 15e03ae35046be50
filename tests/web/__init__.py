"""Tests of the web room: the page, the file and the server."""
