"""Sending notices through Apprise, several at once, each bounded in time. What goes wrong is said without addresses."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

AT_ONCE = 16
"""Notices that are under way at the same time: ours."""
LEAST_WAIT_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be sent to somebody by a channel; `url` is the service's address and secret."""

    to: str
    channel: str
    url: str = field(repr=False)
    title: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a notice: whether the service took it, and why not where it did not."""

    to: str
    channel: str
    went: bool
    why: str = ""


def can_send() -> bool:
    """Whether Apprise is installed (`pip install homeward[callout]`)."""
    try:
        return find_spec("apprise") is not None
    except ValueError:
        return False


def send_all(notices: Sequence[Notice], *, timeout_s: float) -> Iterator[Sent]:
    """Sends every notice, up to 16 at a time, and says what became of each; none is waited for beyond `timeout_s`.

    A service that takes longer may still deliver: that is said. A channel that gave no word on any of a batch is not
    tried for the rest. Nothing raised by a service reaches the caller.
    """
    if notices:
        _load()
    silent: set[str] = set()
    for k in range(0, len(notices), AT_ONCE):
        batch = notices[k : k + AT_ONCE]
        yield from (
            Sent(to=one.to, channel=one.channel, went=False, why="not tried: the service gave no word on others")
            for one in batch
            if one.channel in silent
        )
        tried = [one for one in batch if one.channel not in silent]
        came = _at_once(tried, timeout_s)
        late = f"no word from the service within {timeout_s:g} s: it may have gone out all the same"
        for one, sent in zip(tried, came, strict=True):
            yield sent or Sent(to=one.to, channel=one.channel, went=False, why=late)
        words = {one.channel for one, sent in zip(tried, came, strict=True) if sent is not None}
        silent |= {one.channel for one in tried} - words


def _at_once(notices: Sequence[Notice], timeout_s: float) -> list[Sent | None]:
    """What became of each; None where there was no word in time."""
    came: dict[int, Sent] = {}
    threads = [
        threading.Thread(target=_put, args=(came, i, notice, timeout_s), daemon=True, name=f"call-out-{i}")
        for i, notice in enumerate(notices)
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(until - time.monotonic(), LEAST_WAIT_S))
    return [came.get(i) for i in range(len(notices))]


def _load() -> None:
    """Loads Apprise with its services, so that no notice's time goes by meanwhile; their warnings are theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import apprise

        apprise.Apprise.instantiate("json://localhost", suppress_exceptions=True)


def _put(came: dict[int, Sent], i: int, notice: Notice, timeout_s: float) -> None:
    went, why = _send(notice, timeout_s)
    came[i] = Sent(to=notice.to, channel=notice.channel, went=went, why=why)


def _send(notice: Notice, timeout_s: float) -> tuple[bool, str]:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would write addresses down
    try:
        service = apprise.Apprise.instantiate(notice.url, suppress_exceptions=True)
        if service is None:
            return False, "Apprise does not know such a service, or its address lacks a part"
        service.socket_connect_timeout = service.socket_read_timeout = 2 * timeout_s  # ours ends first, and says so
        went = bool(service.notify(body=notice.body, title=notice.title))
    except Exception:  # noqa: BLE001 - a service's own fault: its text may hold the address
        return False, "the service failed"
    return went, "" if went else "the service did not take it, or cannot be reached"
