"""How phones are let in: the address at which they reach the page, codes of links, the paper with the sign-in code."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from homeward import desk
from homeward.errors import BadInput
from homeward.exchange.muster_sheet import qr_code
from homeward.web.forms.muster import Code, MusterPapers
from homeward.web.verbs import checked

REACH_S = 0.5


def add_code_routes(app: FastAPI, path: Path) -> None:
    """The codes and the paper of the mission at `path`; none of them shows more of anybody than the board does."""

    @app.get("/api/address")
    def address(request: Request) -> dict[str, str | None]:
        host = request.headers.get("host", "")
        port = (request.scope.get("server") or ("", 0))[1]
        return {"address": phone_address(host, int(port or 0))}

    @app.post("/api/code")
    async def code(request: Request) -> dict[str, str]:
        link = checked(Code, "code", await _sent(request))["link"]
        if urlsplit(link).scheme not in ("http", "https"):
            raise BadInput("This is no link, so there is no code of it. Give one like http://192.168.1.20:8765.")
        return {"svg": (await run_in_threadpool(qr_code, link))["svg"].decode()}

    @app.post("/api/sign-in-code")
    async def sign_in_code(request: Request) -> dict[str, Any]:
        told = checked(MusterPapers, "sign-in code", await _sent(request))
        _, svg, said = await run_in_threadpool(_papers, path, told)
        if svg is None:
            raise BadInput("There is no code, as nobody said where phones reach this page: http://192.168.1.20:8765.")
        return {"data": {"svg": svg, "link": said["sign_in"], "notes": said["notes"]}}

    @app.post("/api/roll-call-list")
    async def roll_call_list(request: Request) -> Response:
        told = checked(MusterPapers, "roll-call list", await _sent(request))
        paper, _, _ = await run_in_threadpool(_papers, path, told)
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote('roll-call.pdf')}"}
        return Response(paper, media_type="application/pdf", headers=headers)


def phone_address(host: str, port: int) -> str | None:
    """Where phones reach a page that somebody looks at under `host` (the Host header), and that listens at `port`.

    There; or, where that name is of this machine alone, at its address in the network. None where nobody listens there.
    """
    from homeward.web.server import is_loopback, own_address

    name = urlsplit(f"//{host}").hostname or ""
    if name and not is_loopback(name):
        return f"http://{host}"
    own = own_address()
    if is_loopback(own) or not port:
        return None
    try:
        socket.create_connection((own, port), timeout=REACH_S).close()
    except OSError:
        return None
    return f"http://{own}:{port}"


def _papers(path: Path, told: dict[str, Any]) -> tuple[bytes, str | None, dict[str, Any]]:
    """The paper, the code as SVG (None where nobody said where phones reach the page), and what was said of them."""
    with tempfile.TemporaryDirectory(prefix="homeward-") as scratch:
        folder = Path(scratch)
        said = desk.muster_papers(path, folder, **told)
        code = folder / "sign-in.svg"
        return (folder / "muster.pdf").read_bytes(), code.read_text() if code.exists() else None, dict(said.data)


async def _sent(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError as err:
        raise BadInput("The request is not JSON. Send an object with the fields of the form.") from err
