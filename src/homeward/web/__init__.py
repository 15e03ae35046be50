"""The web front door: one mission on a live page, and every verb of the desk behind forms.

`create_app` makes the ASGI application of one mission; `serve` runs it on this machine until stopped. The page in
`static/` asks for `/api/mission`, is told over `/api/events` when the log grows, and posts to `/api/verbs/...`.
"""

from homeward.web.app import create_app
from homeward.web.server import serve

__all__ = ["create_app", "serve"]
