"""Running the page on this machine, for itself alone or for the other laptops and phones at the command post."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click
import uvicorn
from fastapi import FastAPI

from homeward import desk
from homeward.desk.files import write_secret
from homeward.errors import BadInput, MissionFileError
from homeward.web.app import create_app

LEAST_TOKEN = 16
"""Characters of a token that is believed: ours. The tokens made here have more."""


def serve(
    path: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    token: str | None = None,
    personal: bool = False,
    say: Callable[[str], None] = click.echo,
) -> None:
    """Shows the mission at `path` on a live page until Ctrl-C; `say` is told the address to open.

    Reachable from other machines (any `host` but a loopback address), it asks for a token: the one given, or the one
    beside the mission (`kept_token`). Raises `HomewardError` where the mission cannot be opened or the port is taken.
    """
    desk.last_seq(path)  # a missing or foreign file is refused before anything is started
    if token is None and not is_loopback(host):
        token = kept_token(path, personal=personal)
    with _listening(host, port) as sock:
        for line in addresses(host, sock.getsockname()[1], token):
            say(line)
        with suppress(KeyboardInterrupt):  # the way to stop, not a fault
            PageServer(create_app(path, token=token, personal=personal)).run(sockets=[sock])


class PageServer(uvicorn.Server):
    """A server that sends the listeners of `/api/events` home before it stops; they never leave by themselves."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,  # it would write the token down
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops: tells the listeners, then waits for what is under way."""
        self._app.state.stopping = True
        await super().shutdown(sockets)


def kept_token(path: Path, *, personal: bool = False) -> str:
    """The token of the mission's page, kept beside it for its owner alone, so that addresses outlive a restart.

    A page that shows what is personal has one of its own: an address given out before does not open it. Whoever moves
    the file away gets a new token, and the addresses given out before no longer work. Raises `MissionFileError`.
    """
    file = path.with_name(f"{path.name}{'.personal' if personal else ''}.token")
    try:
        write_secret(file, secrets.token_urlsafe(18))
        token = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as err:
        raise _unusable(file, str(err)) from err
    if len(token) < LEAST_TOKEN or not token.replace("-", "").replace("_", "").isalnum():
        raise _unusable(file, "it is cut short")
    return token


def _unusable(file: Path, why: str) -> MissionFileError:
    return MissionFileError(
        f"{file}, the token of the page, cannot be used ({why}). Move it away to have a new one made."
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def addresses(host: str, port: int, token: str | None) -> list[str]:
    """What to tell the person: the address to open, and how to stop."""
    ending = f"/?token={token}" if token else "/"
    if not ipaddress_any(host):
        return [f"Open http://{_bracketed(host)}:{port}{ending}", "Stop with Ctrl-C."]
    return [
        f"Here: open http://localhost:{port}{ending}",
        f"Elsewhere in this network: http://{own_address()}:{port}{ending}",
        "Whoever has this address can read and write the mission, after a restart too.",
        "Traffic is not encrypted: trust the network.",
        "Stop with Ctrl-C.",
    ]


def ipaddress_any(host: str) -> bool:
    """Whether `host` stands for every address of this machine."""
    return host in ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


def own_address() -> str:
    """This machine's address in its network, found without sending anything; the loopback address without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737): nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except (OSError, OverflowError) as err:
        sock.close()
        why = getattr(err, "strerror", None) or str(err)
        raise BadInput(f"The page cannot be served at {host}, port {port} ({why}). Choose another --port.") from err
    return sock


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
