"""Calls that leave this machine: to a service on it that takes them, fails, never ends or is not there."""

from __future__ import annotations

import socket

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadFile
from tests.desk.call_service import service

SECRET = "TOP-SECRET-4711"


@pytest.fixture
def taking():
    pytest.importorskip("apprise", reason="apprise is not installed: pip install homeward[callout]")
    with service() as made:
        yield made


@pytest.fixture
def crew(ready):
    for name in ("S1", "S2"):
        desk.person(ready, name, roles=["searcher"], phone=f"+1 555 000{name[1]}")
        desk.available(ready, name, travel="20 min", channels=["sms", "mail"])
    return ready


def channels(tmp_path, *lines, more=""):
    """A file of channels, readable by its owner alone."""
    file = tmp_path / "channels.toml"
    file.write_text("\n".join([more, "timeout_s = 1", "[channels]", *lines]))
    file.chmod(0o600)
    return file


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_a_call_goes_out_to_each_with_a_link_of_their_own_and_the_log_holds_no_secret(crew, taking, tmp_path):
    file = channels(
        tmp_path, f'sms = "json://{SECRET}:pw@{taking.at}/sms/{{id}}"', more='answer_at = "http://192.168.1.5:8765"'
    )
    answer = desk.call_out(crew, text="Full kit", config=file)
    assert {row["to"]: row["went"] for row in answer.data["sent"]} == {"S1": True, "S2": True}
    (one,), (two,) = taking.to("S1"), taking.to("S2")
    assert "Full kit. Come to" in one["message"]
    assert "http://192.168.1.5:8765/answer/" in one["message"]
    assert one["message"] != two["message"], "nobody has the link of another"
    assert "S2" not in one["message"]
    log = str(desk.show_log(crew, personal=True).data)
    assert "NoticeSent about C1, channel sms, to S1, went True" in log
    assert SECRET not in log + answer.text + str(answer.data) + crew.read_bytes().decode("latin-1")
    assert "/answer/" not in log


def test_five_minutes_of_silence_bring_the_next_channel_and_an_answer_none(crew, taking, tmp_path, monkeypatch):
    """The 5 minutes: Winnipeg Search and Rescue, help for call-outs."""
    file = channels(tmp_path, f'sms = "json://{taking.at}/sms/{{id}}"', f'mail = "json://{taking.at}/mail/{{id}}"')
    desk.call_out(crew, config=file)
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:04+00:00")
    early = desk.escalate(crew, config=file)
    assert early.data["sent"] == []
    assert "WAITING" in early.text
    desk.answered(crew, "S1", "Y 20")
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:05+00:00")
    late = desk.escalate(crew, config=file)
    assert [(row["to"], row["channel"]) for row in late.data["sent"]] == [("S2", "mail")]
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:10+00:00")
    assert desk.escalate(crew, config=file).data["speak"] == [{"to": "S2", "channel": "phone"}]
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:15+00:00")
    assert desk.escalate(crew, config=file).data["exhausted"] == ["S2"]
    assert len(taking.took) == 3


def test_a_channel_that_fails_gives_way_to_the_next_at_once(crew, taking, tmp_path):
    file = channels(tmp_path, f'sms = "json://{taking.at}/broken/{{id}}"', f'mail = "json://{taking.at}/mail/{{id}}"')
    answer = desk.call_out(crew, config=file)
    went = {(row["to"], row["channel"]): row["went"] for row in answer.data["sent"]}
    assert went == {("S1", "sms"): False, ("S2", "sms"): False, ("S1", "mail"): True, ("S2", "mail"): True}
    assert "NOT SENT by sms to S1, S2: the service did not take it" in answer.text


def test_a_service_that_refuses_or_never_ends_holds_nobody_up_and_the_call_stands(crew, taking, tmp_path):
    file = channels(
        tmp_path,
        f'sms = "json://127.0.0.1:{free_port()}/sms/{{id}}"',
        f'mail = "json://{taking.at}/slow/{{id}}"',
    )
    answer = desk.call_out(crew, config=file)
    assert not any(row["went"] for row in answer.data["sent"])
    assert "did not take it" in answer.text
    assert "no word from the service within 1 s: it may have gone out all the same" in answer.text
    assert {row["to"] for row in answer.data["speak"]} == {"S1", "S2"}, "so they are phoned"
    with opened(crew, read_only=True) as book:
        assert book.mission.muster.callout is not None
        lost = [(one.event.to, one.event.channel) for one in book.mission.muster.notices if not one.event.went]
        assert sorted(lost) == [(name, channel) for name in ("S1", "S2") for channel in ("mail", "sms")]


def test_a_service_without_a_word_is_not_waited_for_again_and_again(ready, taking, tmp_path):
    for k in range(40):
        desk.person(ready, f"P{k}", roles=["searcher"])
    file = channels(tmp_path, f'sms = "json://{taking.at}/slow/{{id}}"')
    answer = desk.call_out(ready, config=file)
    assert len(answer.data["sent"]) == 40
    assert sum(row["why"].startswith("not tried") for row in answer.data["sent"]) == 24, "all but the first 16"
    assert len(answer.data["speak"]) == 40, "all are phoned instead"


def test_a_message_goes_out_by_the_first_channel_that_takes_it_and_is_said_to_the_rest(
    crew, taking, tmp_path, monkeypatch
):
    desk.person(crew, "R1", roles=["rear"])
    alone = desk.message(crew, ["S1", "Line A"], "Bridge out", priority="flash")
    assert "TELL over the radio Line A" in alone.text
    assert "by radio or phone S1" in alone.text
    assert alone.data["sent"] == []
    file = channels(
        tmp_path, f'sms = "json://{taking.at}/broken/{{id}}"', f'mail = "json://{taking.at}/mail/{{phone}}"'
    )
    monkeypatch.setenv("HOMEWARD_CHANNELS", str(file))
    answer = desk.message(crew, ["S1", "S2", "R1"], "Come back now", priority="flash")
    assert [(row["to"], row["channel"]) for row in answer.data["sent"] if row["went"]] == [
        ("S1", "mail"),
        ("S2", "mail"),
    ]
    assert "Sent by mail to S1, S2." in answer.text
    assert "TELL by radio or phone R1." in answer.text
    assert any("N2 (flash): Come back now" in body["message"] for _, body in taking.took)
    with opened(crew, read_only=True) as book:
        assert {one.event.about for one in book.mission.muster.notices} == {"N2"}


def test_a_dry_run_sends_nothing(crew, taking, tmp_path):
    file = channels(tmp_path, f'sms = "json://{taking.at}/sms/{{id}}"')
    answer = desk.call_out(crew, text="Full kit", config=file, link="http://192.168.1.5:8765", dry=True)
    assert taking.took == []
    assert "WOULD GO OUT by sms to S1, S2." in answer.text
    assert 'TEXT: "Lost: you are called in. Full kit.' in answer.text
    assert "a link of their own below http://192.168.1.5:8765" in answer.text
    desk.call_out(crew, config=file)
    assert len(taking.took) == 2
    assert "WOULD GO OUT" not in desk.escalate(crew, config=file).text


def test_what_is_missing_for_a_channel_is_said_and_the_next_is_tried(crew, taking, tmp_path):
    file = channels(
        tmp_path, f'sms = "json://{taking.at}/sms/{{pager}}"', f'mail = "json://{taking.at}/mail/{{phone}}"'
    )
    answer = desk.call_out(crew, config=file)
    assert "NOT by sms: no pager is known: S1, S2" in answer.text
    assert [path for path, _ in taking.took if path.endswith("+15550001")], "the phone's digits, as an address"


def test_a_phone_number_cannot_change_where_a_call_goes(ready, taking, tmp_path):
    desk.person(ready, "S1", roles=["searcher"], phone="1/../../evil?to=@elsewhere#")
    desk.person(ready, "@elsewhere:9/x?", roles=["searcher"])
    file = channels(tmp_path, f'sms = "json://{taking.at}/sms/{{id}}"')
    desk.call_out(ready, config=file)
    assert len(taking.took) == 2, "both went to the service that is set up"


def test_without_apprise_nothing_is_sent_and_it_is_said(crew, tmp_path, monkeypatch):
    monkeypatch.setattr("homeward.desk.readiness.call_out.notices.can_send", lambda: False)
    answer = desk.call_out(crew, config=channels(tmp_path, 'sms = "json://127.0.0.1:9/{id}"'))
    assert "NOTHING WAS SENT: Apprise" in answer.text
    assert {row["to"] for row in answer.data["speak"]} == {"S1", "S2"}


def test_the_environment_names_the_file(crew, taking, tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_CHANNELS", str(channels(tmp_path, f'sms = "json://{taking.at}/sms/{{id}}"')))
    assert len(desk.call_out(crew).data["sent"]) == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"channels = '{SECRET}", "no TOML"),
        (f"[channels]\nsms = '{SECRET}'", "no address"),
        ("[channels]\nSMS! = 'x://y'", "no TOML"),
        ("[channels]\n'SMS' = 'x://y'", "small letters"),
        ("[channels]\nradio = 'x://y'", "small letters"),
        ("timeout_s = 0", "no time"),
        ("timeout_s = nan", "no time"),
        ("answer_at = 'nowhere'", "no address of a page"),
        (f"token = '{SECRET}'", "'token' that means nothing"),
        ("[people.S1]\nphone = 5", "no text"),
        ("", "sets up no channel"),
    ],
)
def test_a_file_of_channels_that_cannot_be_is_refused_without_showing_what_is_in_it(crew, tmp_path, text, what):
    from homeward.errors import HomewardError

    file = tmp_path / "wrong.toml"
    file.write_text(text)
    with pytest.raises(HomewardError, match=what) as err:
        desk.call_out(crew, config=file)
    assert SECRET not in str(err.value)


def test_a_binary_file_or_one_open_to_all_is_noticed(crew, tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="no TOML"):
        desk.call_out(crew, config=file)
    file = channels(tmp_path, 'sms = "json://127.0.0.1:9/{id}"')
    file.chmod(0o644)
    assert "can be read by others" in desk.call_out(crew, config=file, dry=True).text
