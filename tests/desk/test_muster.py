"""Everybody is called in: who comes when, what answers and silence change, who is at the base. Told as missions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.call_out.turns import next_channel
from homeward.errors import BadInput, NotYet
from homeward.exchange.call_out import VOICE
from homeward.mission.happened import Happened
from homeward.mission.muster import CallAnswer, NoticeSent
from tests.desk.conftest import make_planned
from tests.desk.muster_crew import clock_at, expected, five_people

MEET = "36.1900, -84.2100"
NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)


@pytest.fixture
def crew(ready):
    return five_people(ready)


def test_one_order_calls_all_and_who_is_on_a_task_finishes_it_first(crew):
    """Free: travel. On a task: its end, report, travel. Asleep: wake, travel. Out of reach: shown as such."""
    answer = desk.call_out(crew, text="Full kit")
    assert expected(answer, "S1") == "12:20"
    assert expected(answer, "S2") == "13:55"
    assert expected(answer, "S3") == "13:20"
    assert expected(answer, "S4") == "12:45"
    assert expected(answer, "S5") is None
    assert "UNREACHABLE: S5" in answer.text
    assert set(answer.data["called"]) == {"S1", "S2", "S3", "S4"}
    orders = {row["to"]: row for row in desk.list_orders(crew).data["orders"]}
    assert "finish your task" in orders["S2"]["says"]
    assert "come now" in orders["S1"]["says"]
    assert {"Dog 1", "Line A"} <= set(orders), "teams whose members nobody registered are recalled too"


def test_nothing_is_sent_before_channels_are_set_up_and_it_says_whom_to_phone_with_what_words(crew):
    plain = desk.call_out(crew, text="Full kit", dry=True)
    assert "NOTHING WAS SENT" in plain.text
    assert "S4" in plain.text
    assert "555" not in plain.text, "numbers only where asked for"
    answer = desk.call_out(crew, text="Full kit", personal=True)
    assert "S4 +1 555 0104" in answer.text
    assert "you are called in. Full kit. Come to" in answer.text
    assert answer.data["sent"] == []


def test_a_dry_run_writes_and_makes_nothing(crew):
    before = desk.last_seq(crew)
    answer = desk.call_out(crew, need=["medic=1"], waves=True, dry=True, link="http://192.168.1.5:8765")
    assert "DRY RUN" in answer.text
    assert answer.data["callout"] == "C1"
    assert desk.last_seq(crew) == before
    assert not crew.with_name("lost.mission.key").exists()
    with pytest.raises(NotYet, match="Nobody has been called in"):
        desk.escalate(crew)


def test_a_team_on_an_assignment_of_the_plan_is_expected_after_it_and_over_the_real_ground(tmp_path, monkeypatch):
    path = make_planned(tmp_path, lambda p: desk.person(p, "L1", roles=["searcher"], team="Line A"))
    plan = desk.page_data(path)["plan"]
    task = next(t for t in plan["assignments"] if t["team"] == "Line A")
    clock_at(monkeypatch, "12:30")
    answer = desk.call_out(path, meet=MEET)
    row = next(row for row in answer.data["expected"] if row["id"] == "L1")
    assert row["state"] == "task"
    assert row["eta"] > task["ends"].replace("Z", "+00:00"), "not before the task ends"
    order = next(r for r in desk.list_orders(path).data["orders"] if r["to"] == "Line A")
    assert order["arrives"] == row["eta"]


def test_who_stays_with_a_casualty_is_not_called_away(crew):
    desk.found(crew, MEET, team="Line A", alive=True)
    answer = desk.call_out(crew)
    assert "STAY where they are until the hand-over: Line A" in answer.text
    orders = {row["to"]: row["kind"] for row in desk.list_orders(crew).data["orders"]}
    assert orders["Line A"] == "lead"


def test_somebody_on_the_map_walks_over_the_real_ground_and_a_hazard_costs_a_detour(ready):
    from homeward.desk.clock import now
    from homeward.desk.readiness.muster.ground import ground_of
    from homeward.geo import parse_place
    from homeward.terrain.travel import travel_time_s

    desk.person(ready, "S1", roles=["searcher"], place="36.2040, -84.1960")
    with opened(ready, read_only=True) as book:
        terrain, meet = book.terrain(), parse_place(MEET)
        times_s = travel_time_s(terrain, terrain.grid.to_m(meet), towards=True)
        there_s = times_s[terrain.grid.cell_of(*terrain.grid.to_m(parse_place("36.2040, -84.1960")))]
        assert ground_of(book, meet, at=now()).seconds["S1"] == pytest.approx(there_s)
    answer = desk.call_out(ready, meet=MEET)
    assert expected(answer, "S1") == f"12:{int(there_s // 60):02d}"
    desk.hazard(ready, "H1", kind="people", place="36.1970, -84.2030", radius_m=500)
    with opened(ready, read_only=True) as book:
        assert ground_of(book, meet, at=now()).seconds["S1"] > there_s


def test_a_task_without_a_known_end_is_taken_to_last_and_that_is_said(ready):
    desk.person(ready, "S1", roles=["searcher"], team="Line A")
    desk.available(ready, "S1", state="task", travel="30 min")
    answer = desk.call_out(ready)
    assert expected(answer, "S1") == "13:40", "60 min left, 10 to report, 30 of travel"
    words = {row["name"] for row in desk.muster(ready, personal=True).data["assumed"]}
    assert {"task_left_min", "report_min"} <= words


def test_a_team_that_acknowledges_the_order_answers_for_its_members(ready):
    desk.person(ready, "L1", roles=["lead"], team="Line A")
    desk.call_out(ready)
    assert {row["id"]: row["heads"] for row in desk.muster(ready).data["silent"]} == {"L1": 1, "Line A": 4, "Dog 1": 2}
    desk.acknowledge(ready, "Line A", eta="12:40")
    board = desk.muster(ready).data
    assert [row["id"] for row in board["silent"]] == ["Dog 1"]
    etas = {row["id"]: row["eta"] for row in board["coming"] if row["team"] == "Line A"}
    assert len(etas) == 5
    assert set(etas.values()) == {"2026-11-21T17:40:00Z"}
    assert desk.escalate(ready).data["speak"] == []


def test_silence_is_information_and_an_answer_ends_it(crew, monkeypatch):
    """Case E07: who comes with 0.8 and is silent for 20 minutes, answers taking 10 on average, comes with 0.351."""
    desk.available(crew, "S1", p_come=0.8)
    desk.call_out(crew)
    clock_at(monkeypatch, "12:20")
    board = desk.muster(crew, personal=True).data
    silent = {row["id"]: row["p"] for row in board["silent"]}
    assert silent["S1"] == pytest.approx(0.3512143557160607)
    desk.answered(crew, "S1", "Y 10", channel="sms")
    board = desk.muster(crew, personal=True).data
    assert "S1" not in {row["id"] for row in board["silent"]}
    coming = next(row for row in board["coming"] if row["id"] == "S1")
    assert coming["p"] == pytest.approx(0.95)
    assert coming["eta"].startswith("2026-11-21T17:30")


def test_who_said_yes_and_is_over_the_time_named_is_hoped_for_less_and_less(crew, monkeypatch):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 20")
    hopes = []
    for time in ("12:05", "12:20", "12:30", "12:50"):
        clock_at(monkeypatch, time)
        row = next(row for row in desk.muster(crew).data["coming"] if row["id"] == "S1")
        hopes.append(row["p"])
    assert hopes[0] == pytest.approx(0.95, abs=1e-3)
    assert hopes[1] == pytest.approx(0.95 * 0.5 / (0.95 * 0.5 + 0.05)), "at the time named, half are still to come"
    assert hopes == sorted(hopes, reverse=True)
    assert hopes[-1] < 0.05
    assert "12:20  S1 (under 0.5 %, yes, but 30 min late: ask)" in desk.muster(crew).text


def test_probabilities_and_states_told_of_somebody_are_not_shown_without_asking(crew, monkeypatch):
    desk.available(crew, "S1", p_come=0.3)
    desk.call_out(crew)
    board = desk.muster(crew)
    row = next(row for row in board.data["silent"] if row["id"] == "S1")
    assert row["p"] is None
    assert "asleep" not in board.text
    assert "asleep" in desk.muster(crew, personal=True).text


@pytest.mark.parametrize(
    ("text", "answer", "eta", "free"),
    [
        ("Y 10", CallAnswer.YES, "12:10", None),
        ("Y 30 need to go home for gear", CallAnswer.YES, "12:30", None),
        ("N still at work", CallAnswer.NO, None, None),
        ("N but available 3 hours from now", CallAnswer.NO, None, "15:00"),
        ("L 60 heading back to town", CallAnswer.LIMITED, "13:00", None),
        ("which exit do I take", CallAnswer.UNREAD, None, None),
    ],
)
def test_answers_as_a_real_team_writes_them(crew, text, answer, eta, free):
    """Source: Winnipeg Search and Rescue, help for call-outs (case E14)."""
    desk.call_out(crew)
    desk.answered(crew, "S1", text)
    with opened(crew, read_only=True) as book:
        said = book.mission.muster.answers[-1].event
    at = [None if t is None else f"{t.hour - 5:02d}:{t.minute:02d}" for t in (said.eta, said.free_at)]
    assert (said.answer, said.text, *at) == (answer, text, eta, free)


def test_what_is_not_understood_stands_on_the_board_until_a_person_has_read_it(crew):
    desk.call_out(crew)
    desk.answered(crew, "S1", "ask my wife")
    board = desk.muster(crew)
    assert [row["person"] for row in board.data["unread"]] == ["S1"]
    assert "ask my wife" not in board.text
    assert "ask my wife" in desk.unread(crew, personal=True).text
    assert "my wife" not in desk.unread(crew).text + json.dumps(desk.unread(crew).data)
    with pytest.raises(BadInput, match="yes, limited or no"):
        desk.answer_read(crew, "S1", answer="unread")
    done = desk.answer_read(crew, "S1", answer="yes", eta="+25min")
    assert "S1: yes, there at 12:25" in done.text
    assert desk.muster(crew).data["unread"] == []
    with pytest.raises(NotYet, match="no answer to be read"):
        desk.answer_read(crew, "S1", answer="yes")


def test_a_question_in_a_yes_counts_as_yes_and_is_shown_to_a_person(crew):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 10, do I bring skis?")
    board = desk.muster(crew).data
    assert [row["person"] for row in board["unread"]] == ["S1"]
    assert next(row for row in board["coming"] if row["id"] == "S1")["answered"]


def test_the_latest_answer_counts_and_a_no_ends_hope(crew):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 10")
    desk.answered(crew, "S1", "N car broke down")
    board = desk.muster(crew).data
    assert board["no"] == ["S1"]
    assert "S1" not in {row["id"] for row in board["coming"]}


def test_the_same_words_tapped_twice_are_one_answer(crew):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 10")
    seq = desk.last_seq(crew)
    desk.answered(crew, "S1", "Y 10")
    assert desk.last_seq(crew) == seq


def test_the_board_says_how_sure_the_team_is_what_is_missing_and_whom_to_call(crew, monkeypatch):
    """One wave is called; when it says no, the next one is due, and the board names who."""
    desk.available(crew, "S2", state="free", travel="10 min")
    answer = desk.call_out(crew, need=["medic=1"], by_time="2 h", target=0.6, waves=True)
    first = answer.data["waves"][0]
    assert first == ["S2"], "the only medic who can be reached"
    assert len(answer.data["waves"]) > 1
    board = desk.muster(crew).data
    assert board["chance"]["p_by"] == pytest.approx(0.7, abs=1e-3)
    assert board["chance"]["p_team_called"] == sorted(board["chance"]["p_team_called"])
    desk.answered(crew, "S2", "N")
    shown = desk.muster(crew)
    assert shown.data["missing"] == {"medic": 1}
    assert "NOBODY CAN FILL" in shown.text
    assert "SHORT OF 60 %" in shown.text


def test_the_next_wave_goes_out_only_where_those_called_will_not_do(crew, monkeypatch):
    desk.call_out(crew, heads=1, by_time="3 h", target=0.65, waves=True)
    with opened(crew, read_only=True) as book:
        call = book.mission.muster.callout
        assert call is not None
        waves = call.event.waves
    assert len(waves[0]) == 1
    clock_at(monkeypatch, "12:16")
    assert "WAVE 2 is called" in desk.escalate(crew).text, "silence of 16 minutes: the first is not enough any more"
    desk.answered(crew, waves[0][0], "Y 60")
    clock_at(monkeypatch, "12:40")
    assert "WAVE 3" not in desk.escalate(crew).text
    forced = desk.escalate(crew, next_wave=True).text
    assert "WAVE 3 is called" in forced or "no wave left" in forced


def test_a_team_before_what_was_warned_of(crew):
    from homeward.desk.readiness.warning.warnings_given import warning

    warning(crew, "W1", said_at="-5min", quantiles=["0.1=7 days", "0.5=30 days"])
    desk.call_out(crew, need=["searcher=1"])
    board = desk.muster(crew)
    assert 0.9 < board.data["p_before_event"] < 1
    assert "WARNED OF: W1. Team complete before it" in board.text


def test_expected_heads_grow_with_those_who_come_and_a_last_resort_is_no_team(crew):
    desk.call_out(crew, heads=1, by_time="3 h")
    heads = desk.muster(crew).data["chance"]["heads"]
    assert heads == sorted(heads)
    desk.answered(crew, "S1", "L 10")
    last = [row["id"] for row in desk.muster(crew).data["coming"] if row["last_resort"]]
    assert last == ["S1"]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=60)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=4, max_size=4))
def test_whatever_somebody_answers_is_kept_word_for_word(crew, words):
    """Understood or not: it stands in the log as it came, and what is not understood on the board."""
    with opened(crew, read_only=True) as book:
        called = book.mission.muster.callout is not None
    if called:
        desk.end_call(crew)
    call = desk.call_out(crew).data["callout"]
    for who, text in zip(("S1", "S2", "S3", "S4"), words, strict=True):
        desk.answered(crew, who, text)
    with opened(crew, read_only=True) as book:
        said = [a.event for a in book.mission.muster.answers if a.event.callout == call]
    assert [one.text for one in {one.person: one for one in said}.values()] == words
    unread = {
        (row["person"], row["text"])
        for row in desk.unread(crew, personal=True).data["unread"]
        if row["callout"] == call
    }
    assert unread == {(one.person, one.text) for one in said if one.answer is CallAnswer.UNREAD}


REACH = st.lists(st.sampled_from(["radio", "sms", "mail", "phone"]), min_size=1, unique=True)


@given(REACH, st.lists(st.tuples(st.booleans(), st.floats(0, 30)), max_size=12))
def test_each_channel_is_tried_once_in_its_order_and_given_five_minutes(reach, ticks):
    """Whatever comes of each, and whenever somebody looks."""
    since, at = NOW, 0.0
    tried: dict[str, Happened[NoticeSent]] = {}
    order: list[str] = []
    for went, later in ticks:
        at += later
        now = since + timedelta(minutes=at)
        channel, until = next_channel(reach, tried, now=now)
        if channel is None or channel in tried:
            assert channel is None or channel in VOICE, "only who speaks is named again while they speak"
            assert until is None or now < until <= now + timedelta(minutes=5)
            continue
        assert channel not in tried
        before = [tried[c] for c in order[-1:] if tried[c].event.went]
        assert all(now >= one.at + timedelta(minutes=5) for one in before)
        order.append(channel)
        tried[channel] = Happened(now, "e", NoticeSent(about="C1", to="S1", channel=channel, went=went))
    assert order == [c for c in reach if c in order]


def test_the_board_does_not_tell_by_its_assumptions_or_by_where_they_went_what_keeps_somebody(crew, monkeypatch):
    desk.person(crew, "S6", roles=["searcher"])
    desk.available(crew, "S6", state="asleep", travel="30 min")
    desk.sign_in(crew, "S1")
    desk.call_out(crew)
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:10+00:00")
    desk.sign_out(crew, "S1", to="hospital, in tears")
    shown, own = desk.muster(crew), desk.muster(crew, personal=True)
    assert "wake_min" in {row["name"] for row in own.data["assumed"]}
    assert not {"wake_min", "report_min", "task_left_min"} & {row["name"] for row in shown.data["assumed"]}
    assert "S1 (has left for hospital, in tears)" in own.text
    assert "S1 (has left)" in shown.text
    assert "hospital" not in shown.text + json.dumps(shown.data)
