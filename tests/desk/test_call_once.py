"""Nobody is called twice at once, nobody who was paged is forgotten, and what counts for all is worked out once."""

from __future__ import annotations

import threading
import time

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.exchange.call_out import Sent
from homeward.exchange.readiness_words import muster_sentence

SEND = "homeward.desk.readiness.call_out.notices.send_all"


@pytest.fixture
def crew(ready, tmp_path, monkeypatch):
    """Six people with two channels to each; the file of channels is set up."""
    file = tmp_path / "channels.toml"
    file.write_text('[channels]\nsms = "json://127.0.0.1:9/{id}"\npager = "json://127.0.0.1:9/p/{id}"\n')
    file.chmod(0o600)
    monkeypatch.setenv("HOMEWARD_CHANNELS", str(file))
    monkeypatch.setattr("homeward.desk.readiness.call_out.notices.can_send", lambda: True)
    for k in range(6):
        desk.person(ready, f"M{k}", roles=["searcher"])
    return ready


@pytest.fixture
def sent(monkeypatch):
    """Whom a service that takes its time was given."""
    got: list[tuple[str, str]] = []

    def slowly(notices, *, timeout_s):
        for one in notices:
            time.sleep(0.01)
            got.append((one.to, one.channel))
            yield Sent(to=one.to, channel=one.channel, went=True)

    monkeypatch.setattr(SEND, slowly)
    return got


def test_two_taps_on_call_on_page_nobody_twice(crew, sent, monkeypatch):
    desk.call_out(crew)
    sent.clear()
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:06+00:00")
    taps = [threading.Thread(target=desk.escalate, args=(crew,)) for _ in range(3)]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join()
    assert sorted(sent) == [(f"M{k}", "pager") for k in range(6)]


def test_a_crash_while_sending_forgets_nobody_who_was_paged(crew, monkeypatch):
    def crash(notices, *, timeout_s):
        yield Sent(to=notices[0].to, channel=notices[0].channel, went=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(SEND, crash)
    with pytest.raises(KeyboardInterrupt):
        desk.call_out(crew)
    again = desk.escalate(crew)
    assert again.data["sent"] == []
    assert "WAITING for an answer: M0 until 12:05" in again.text
    with opened(crew, read_only=True) as book:
        notices = [muster_sentence(one.event) for one in book.mission.muster.notices]
    assert "C1 goes out to M0 by sms." in notices, "and nobody claims that it arrived"


def test_what_failed_is_written_behind_and_counts(crew, monkeypatch):
    def refuse(notices, *, timeout_s):
        for one in notices:
            yield Sent(to=one.to, channel=one.channel, went=one.channel == "pager", why="no credit")

    monkeypatch.setattr(SEND, refuse)
    answer = desk.call_out(crew)
    assert {(row["channel"], row["went"]) for row in answer.data["sent"]} == {("sms", False), ("pager", True)}
    with opened(crew, read_only=True) as book:
        said = [(one.event.channel, one.event.went) for one in book.mission.muster.notices if one.event.to == "M3"]
    assert said == [("sms", True), ("sms", False), ("pager", True)]


def test_what_counts_for_everybody_is_worked_out_once(crew, sent, monkeypatch):
    """However many are called: a board of 1000 people took seconds at each refresh."""
    from homeward.desk.readiness.call_out import call_state

    desk.call_out(crew)
    count, real = [], call_state.latest_answers

    def counted(*told):
        count.append(told)
        return real(*told)

    monkeypatch.setattr(call_state, "latest_answers", counted)
    desk.muster(crew)
    assert len(count) == 1


def test_what_an_earlier_call_tried_is_not_told_of_this_one(crew, sent):
    desk.call_out(crew)
    desk.end_call(crew)
    desk.available(crew, "M1", channels=["pager"])
    desk.call_out(crew)
    tried = {row["id"]: row["tried"] for row in desk.muster(crew).data["silent"]}
    assert tried["M1"] == ["pager"]
    assert tried["M2"] == ["sms"]
