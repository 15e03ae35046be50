"""Messages: to whom, how urgent, who has read them; the open ones by urgency and age."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.errors import BadInput, UnknownName


def test_a_message_stays_open_until_each_has_read_it(ready):
    desk.person(ready, "M1", roles=["medic"])
    said = desk.message(ready, ["everybody"], "Storm at 18:00: be at the base by then.", priority="immediate")
    assert said.data == {"id": "N1", "to": ["Dog 1", "Line A", "M1"], "priority": "immediate", "sent": []}
    assert desk.message_ack(ready, "N1", "M1", said="on my way").data["open"] == ["Dog 1", "Line A"]
    assert desk.message_ack(ready, "N1", "Dog 1").data["open"] == ["Line A"]
    assert "Everybody has read it" in desk.message_ack(ready, "N1", "Line A").text
    assert "not for the first time" in desk.message_ack(ready, "N1", "M1").text
    assert desk.list_messages(ready).data["open"] == []


def test_the_most_urgent_and_of_these_the_oldest_stand_on_top(ready, monkeypatch):
    for minute, priority in enumerate(["routine", "flash", "priority", "flash"], 1):
        monkeypatch.setenv("HOMEWARD_NOW", f"2026-11-21T17:{minute:02d}+00:00")
        desk.message(ready, ["Dog 1"], f"message {minute}", priority=priority)
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:13+00:00")
    rows = desk.list_messages(ready).data["messages"]
    assert [row["id"] for row in rows] == ["N2", "N4", "N3", "N1"]
    assert [row["late"] for row in rows] == [True, False, False, False]  # 11 and 9 min; a flash has 10
    assert "NOT READ for 11 min LATE: Dog 1" in desk.list_messages(ready).text
    desk.message_ack(ready, "N2", "Dog 1")
    assert desk.list_messages(ready).data["open"] == ["N4", "N3", "N1"]


def test_what_a_message_says_is_shown_only_where_asked_for(ready):
    desk.message(ready, ["Dog 1"], "His insulin is in the car.")
    desk.message_ack(ready, "N1", "Dog 1", said="we have it here")
    for secret in ("insulin", "we have it"):
        assert secret not in desk.list_messages(ready).text
        assert secret in desk.list_messages(ready, personal=True).text


@pytest.mark.parametrize(
    ("to", "text", "priority", "message"),
    [
        ([], "x", "routine", "goes to nobody"),
        (["  "], "x", "routine", "goes to nobody"),
        (["Dog 7"], "x", "routine", "Dog 1"),
        (["Dog 1"], "  ", "routine", "1 to 2000"),
        (["Dog 1"], "x" * 2001, "routine", "1 to 2000"),
        (["Dog 1"], "x", "urgent", "urgent"),
    ],
)
def test_a_message_that_cannot_go_is_refused_in_plain_words(ready, to, text, priority, message):
    with pytest.raises((BadInput, UnknownName), match=message):
        desk.message(ready, to, text, priority=priority)


def test_only_who_got_a_message_acknowledges_it_and_not_before_it_went_out(ready):
    desk.message(ready, ["Dog 1"], "x")
    with pytest.raises(UnknownName):
        desk.message_ack(ready, "N7", "Dog 1")
    with pytest.raises(BadInput, match="did not go to 'Line A'"):
        desk.message_ack(ready, "N1", "Line A")
    with pytest.raises(BadInput, match="Check the time"):
        desk.message_ack(ready, "N1", "Dog 1", at="-1h")


def test_somebody_in_a_team_acknowledges_for_it_and_nobody_else_does(ready):
    desk.person(ready, "M1", roles=["medic"], team="Line A")
    desk.person(ready, "M2", roles=["medic"])
    said = desk.message(ready, ["Line A"], "Come back.").data
    done = desk.message_ack(ready, said["id"], "M1", said="Coming")
    assert "M1, for Line A, has read" in done.text
    assert done.data["open"] == []
    shown = desk.list_messages(ready, personal=True).data["messages"][0]["acknowledged"][0]
    assert (shown["by"], shown["said"]) == ("Line A", "M1: Coming")
    with pytest.raises(BadInput, match="did not go to"):
        desk.message_ack(ready, said["id"], "M2")


def test_who_is_named_beside_their_team_is_told_too(ready):
    desk.person(ready, "M1", roles=["medic"], team="Line A")
    desk.person(ready, "M2", roles=["medic"], team="Line A")
    assert "by radio or phone M1." in desk.message(ready, ["M1", "Line A"], "Come back").text
    assert "M1" not in desk.message(ready, ["Line A"], "Come back").text
