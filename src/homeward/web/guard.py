"""Who may ask: the checks that every request passes before it reaches the application.

- The Host header must be an address, `localhost` or this machine's own name. A page elsewhere that makes a browser
  call this server (DNS rebinding) needs a name of its own, and is refused.
- With a token (whenever other machines can reach the server) a request must carry it, as `?token=` once and as a
  cookie from then on.
- What changes something must be a POST from this very page, in a content type that no plain HTML form can send.
- Pages that phones open by a link of their own (`open_to`) need no token of the mission, as the link is one: they are
  plain forms, under a policy of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import platform
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POST_TYPES = ("application/json", "application/octet-stream")
FORM_TYPES = ("application/x-www-form-urlencoded",)
ANEW = (
    "This page is not let in any more: the server was started anew, with another address. Open the new one, which was "
    "printed where homeward was started."
)
_ASK_FOR_IT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>homeward</title>
<p>This mission needs its token. Open the address that was printed where homeward was started; it ends with
<code>?token=...</code></p></html>"""


class Guard:
    """ASGI middleware: refuses what should not pass, and sets the headers that keep a browser strict."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        policy: str,
        token: str | None = None,
        open_to: tuple[str, ...] = (),
        open_policy: str = "",
    ) -> None:
        self.app = app
        self.policy = policy
        self.open_to, self.open_policy = open_to, open_policy
        self.token = token
        self.cookie = f"homeward_{_short(token)}" if token else ""  # cookies ignore the port: one name per token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._harden(MutableHeaders(scope=message), str(scope["path"]))
            await send(message)

        refusal = self._refusal(scope, Headers(scope=scope))
        await (refusal or self.app)(scope, receive, strict)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not allowed_host(host):
            return _no(421, f"This server does not answer to the name {host!r}. Use its address instead.")
        opened = self._is_open(str(scope["path"]))
        welcome = None if opened else self._token_answer(scope, headers)
        if welcome is not None:
            return welcome
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return _no(405, "Only GET and POST are understood.")
        if not from_own_page(headers, host):
            return _no(403, "This request came from another site. Enter it on the mission's own page.")
        kind = headers.get("content-type", "").split(";")[0].strip()
        if opened:
            return None if kind in FORM_TYPES else _no(415, "Send the form of this page.")
        if kind not in POST_TYPES:
            return _no(415, "Send JSON, with the content type application/json.")
        return None

    def _is_open(self, path: str) -> bool:
        """Whether a page is one that its own link opens."""
        return bool(self.open_to) and path.startswith(self.open_to)

    def _token_answer(self, scope: Scope, headers: Headers) -> Response | None:
        """None when the caller may pass: no token is asked for, or the cookie holds it."""
        if self.token is None:
            return None
        told = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if told and _same(told, self.token) and scope["method"] == "GET":
            answer = RedirectResponse(scope["path"], status_code=303)  # the token leaves the address bar
            answer.set_cookie(self.cookie, self.token, httponly=True, samesite="lax", path="/")
            return answer
        if _same(_cookies(headers.get("cookie", "")).get(self.cookie, ""), self.token):
            return None
        if scope["path"].startswith("/api/"):
            return _no(401, ANEW)  # only a page that was let in before asks here
        return HTMLResponse(_ASK_FOR_IT, status_code=401)

    def _harden(self, headers: MutableHeaders, path: str) -> None:
        opened = self._is_open(path)
        headers["content-security-policy"] = self.open_policy if opened else self.policy
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "same-origin" if opened else "no-referrer"  # a form without one has no origin
        headers["x-frame-options"] = "DENY"
        headers["cross-origin-resource-policy"] = "same-origin"
        if not path.startswith(("/vendor/", "/api/pictures/")):
            headers["cache-control"] = "no-store"


def allowed_host(host: str) -> bool:
    """Whether a Host header is an IP address, `localhost`, or this machine's own name (also under `.local`)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    own = platform.node().lower()
    if name in {"localhost", own, f"{own.split('.')[0]}.local"} and name:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def from_own_page(headers: Headers, host: str) -> bool:
    """Whether a browser says that the request comes from a page of this server; other programs say nothing."""
    origin = headers.get("origin")
    if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
        return False
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _no(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)


def _same(told: str, token: str) -> bool:
    return hmac.compare_digest(told.encode(), token.encode())


def _short(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:8]


def _cookies(header: str) -> dict[str, str]:
    jar = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}
