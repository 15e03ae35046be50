"""The pages that phones open by a link of their own: to answer a call, and to sign in at the base.

Plain HTML forms, without a script, so that any phone shows them. They need no token of the page; the link is one, and
whoever holds it sees nothing of anybody else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from homeward import desk
from homeward.errors import BadInput, HomewardError

PUBLIC = ("/answer/", "/signin/")
"""Addresses that the guard lets pass without the page's token."""
MOST_BYTES = 16_384
"""Of an answer as a form sends it: ours."""
_STYLE = (
    "body{font:18px/1.4 system-ui,sans-serif;margin:0 auto;max-width:32em;padding:1em;background:#14161a;color:#f0ece4}"
    "h1{font-size:1.3em}form{margin:1.2em 0}label{display:block;margin:.8em 0 .3em}"
    "input,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.6em;border:1px solid #888;"
    "border-radius:.4em;background:#fff;color:#000}input[type=checkbox]{width:auto}"
    "button{font:inherit;font-weight:bold;width:100%;padding:.9em;margin:.4em 0;border:0;border-radius:.4em;color:#000}"
    ".words{background:#c9cdd4;font-weight:normal}"
    ".yes{background:#7fd67f}.limited{background:#f0c95a}.no{background:#e98b7a}.said{border-left:.4em solid #7fd67f;"
    "padding-left:.8em}.wrong{border-left:.4em solid #e98b7a;padding-left:.8em}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
READS = "A person at the base reads your words."
_GONE = "This link is not known here. It may be an old one: phone the base."


def add_answer_routes(app: FastAPI, path: Path) -> None:
    """The pages of the mission at `path` that phones open by their links."""

    @app.get("/answer/{token}")
    def answer_form(token: str) -> HTMLResponse:
        return _answer_page(path, token)

    @app.post("/answer/{token}")
    async def answer(token: str, request: Request) -> HTMLResponse:
        fields: dict[str, str] = {}
        try:
            fields = await _form(request)
            done = await run_in_threadpool(desk.answer_by_link, path, token, _said(fields))
        except HomewardError as err:
            return await run_in_threadpool(_answer_page, path, token, wrong=str(err), typed=fields)
        return _unknown() if done is None else await run_in_threadpool(_answer_page, path, token, thanks=True)

    @app.get("/signin/{token}")
    def sign_in_form(token: str) -> HTMLResponse:
        return _sign_in_page(path, token)

    @app.post("/signin/{token}")
    async def sign_in(token: str, request: Request) -> HTMLResponse:
        fields: dict[str, str] = {}
        try:
            fields = await _form(request)
            name, out = fields.get("name", ""), fields.get("do") == "out"
            guest = "guest" in fields
            done = await run_in_threadpool(desk.sign_in_by_link, path, token, name, out=out, guest=guest)
        except HomewardError as err:
            return await run_in_threadpool(_sign_in_page, path, token, wrong=str(err), typed=fields)
        said = f"{name.strip()}: {'you are signed out. Have a safe way.' if out else 'you are signed in. Thank you.'}"
        return _unknown() if done is None else await run_in_threadpool(_sign_in_page, path, token, said=said)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Raises `BadInput` for more than an answer is long."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > MOST_BYTES:
            raise BadInput("This is more than an answer can hold. Say it shorter, such as Y 20, or phone the base.")
    try:
        told = parse_qs(read.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except ValueError as err:
        raise BadInput("The form did not arrive as it was sent. Send it again, or phone the base.") from err
    return {name: values[0] for name, values in told.items()}


def _said(fields: dict[str, str]) -> str:
    """The words of an answer: the button's letter with the minutes, then free text; or the free text alone."""
    letter = {"yes": "Y", "limited": "L", "no": "N"}.get(fields.get("do", ""))
    minutes, text = fields.get("minutes", "").strip(), fields.get("text", "").strip()
    if minutes and not (minutes.isascii() and minutes.isdecimal() and len(minutes) <= 4):
        raise BadInput(f"The minutes are {minutes[:20]!r}. Give a whole number, such as 20.")
    if letter is None:
        return text
    return " ".join(part for part in (letter, minutes if letter != "N" else "", text) if part)


def _answer_page(
    path: Path, token: str, *, wrong: str = "", thanks: bool = False, typed: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The page of an answer link; what was `typed` and refused stands in it again."""
    shown = desk.answer_page(path, token)
    if shown is None:
        return _unknown()
    said = f"Your answer: {shown.so_far}." if shown.so_far else ""
    reads = READS if shown.waits else ""
    words = " ".join(part for part in ("Thank you." if thanks else "", said, reads) if part)
    body = [
        f"<h1>{escape(shown.mission or 'Call-out')}: {escape(shown.person)}</h1>",
        f'<p class="said">{escape(words)}</p>' if words else "",
        f'<p class="wrong">{escape(wrong)}</p>' if wrong else "",
        f"<p>{escape(shown.words)}</p>",
        "<p>This call is over. An answer still reaches the base.</p>" if shown.over else "",
        '<form method="post"><label for="minutes">Minutes until you are there</label>',
        '<input id="minutes" name="minutes" inputmode="numeric" maxlength="4" autocomplete="off"',
        f"{_again(typed, 'minutes')}>",
        '<label for="text">Anything the base should know</label>',
        '<textarea id="text" name="text" rows="2" maxlength="500" autocomplete="off">',
        f"{escape(_typed(typed, 'text'))}</textarea>",
        '<button class="words" name="do" value="words">Send only these words</button>',  # first: what Enter presses
        '<button class="yes" name="do" value="yes">Yes, I come</button>',
        '<button class="limited" name="do" value="limited">Only if nobody else can</button>',
        '<button class="no" name="do" value="no">No</button></form>',
        "<p>You can answer again when something changes: the latest counts.</p>",
    ]
    return _page(f"{shown.mission or 'Call-out'}", body, status=400 if wrong else 200)


def _sign_in_page(
    path: Path, token: str, *, wrong: str = "", said: str = "", typed: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The page behind the base's code; what was `typed` and refused stands in it again."""
    shown = desk.sign_in_page(path, token)
    if shown is None:
        return _unknown()
    mission, exercise = shown
    guest = " checked" if "guest" in (typed or {}) else ""
    body = [
        f"<h1>{escape(mission or 'Mission')}: sign in</h1>",
        "<p><b>EXERCISE</b></p>" if exercise else "",
        f'<p class="said">{escape(said)}</p>' if said else "",
        f'<p class="wrong">{escape(wrong)}</p>' if wrong else "",
        '<form method="post"><label for="name">Your call sign</label>',
        '<input id="name" name="name" maxlength="80" autocomplete="off" autocapitalize="characters" required',
        f"{_again(typed, 'name')}>",
        f'<label><input type="checkbox" name="guest"{guest}> I am a guest: I give a call sign or initials</label>',
        '<button class="yes" name="do" value="in">I am here</button>',
        '<button class="limited" name="do" value="out">I leave</button></form>',
    ]
    return _page(mission or "Mission", body, status=400 if wrong else 200)


def _typed(typed: Mapping[str, str] | None, field: str) -> str:
    """What was typed into a field, as far as a field shows it."""
    return "".join(c for c in (typed or {}).get(field, "") if c.isprintable() or c in "\n\t")


def _again(typed: Mapping[str, str] | None, field: str) -> str:
    """What was typed into a field, as its `value`."""
    return f' value="{escape(_typed(typed, field))}"'


def _unknown() -> HTMLResponse:
    return _page("homeward", [f'<p class="wrong">{_GONE}</p>'], status=404)


def _page(title: str, body: list[str], *, status: int) -> HTMLResponse:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{''.join(body)}</body></html>"
    )
    return HTMLResponse(html, status_code=status)
