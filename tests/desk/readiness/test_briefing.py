"""The briefing: one page for everybody, one for command; who may read what; who has read it."""

from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.briefing.parts import band
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.exchange import sealed
from homeward.exchange.briefing import Line, Page, Section, briefing_pdf, section
from homeward.mission.readiness import Threat, ThreatWarned
from tests.desk.conftest import IPP, make_ready

SECRET = "four quiet words here"


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch):
    monkeypatch.setattr(sealed, "COST", (4, 8, 1))


def words(pdf):
    """How many pages a PDF has, and what stands on it, without line ends."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
        return len(document), " ".join(text.split())
    finally:
        document.close()


def issued(path, **how):
    """Both pages of a briefing, by name."""
    folder = path.parent / "issued"
    desk.briefing(path, folder, **how)
    return {name: (folder / name).read_bytes() for name in ("everybody.pdf", "command.pdf")}


@pytest.fixture
def told(tmp_path):
    """A mission after the rescue: signals, a question, statements for everybody, command and Lead, and a warning."""
    path = make_ready(tmp_path)
    desk.person(path, "M1", roles=["medic:5"])
    desk.signals(path, warning="1 long whistle", recall="3 long whistles", channel="channel 1")
    desk.question(
        path, "where", text="Where are the others?", about="where", hypotheses=["hut=0.4:at the hut", "river=0.3"]
    )
    desk.statement(
        path, "We came by boat.", witness="W1", how="seen", certainty="pretty sure", share="everybody", consent="given"
    )
    desk.statement(path, "He has a bad heart.", witness="W1", number=0.9)
    desk.reader(path, "Lead", SECRET)
    desk.statement(
        path,
        "They have a gun at the hut.",
        witness="W2",
        hypothesis="hut",
        number=0.9,
        reliability="A",
        readers=["Lead"],
    )
    with opened(path) as book:
        warned = Threat(
            id="Raid",
            said_at=datetime(2026, 11, 16, 17, tzinfo=UTC),
            quantiles_d=((0.1, 7.0), (0.5, 30.0)),
            text="in about a month, maybe a week",
            motive="revenge",
        )
        book.write(ThreatWarned(threat=warned))
    return path


def test_everybody_reads_what_is_known_what_may_come_and_the_signals_and_no_secret(told, tmp_path):
    said = desk.briefing(told, tmp_path / "out", reader="Lead", passphrase=SECRET)
    pages, text = words(tmp_path / "out" / "everybody.pdf")
    assert pages == 1
    for told_to_all in (
        "at the hut: very likely, 83 %",
        "We came by boat.",
        "pretty sure",
        "Raid",
        "Median ",
        "5 % of the cases come within",
        "Be ready by",
        "1 long whistle",
        "3 long whistles",
        "Dog 1, Line A, M1: no order",
        "our own assumption",
        "Briefing B1",
    ):
        assert told_to_all in text
    for secret in ("gun", "bad heart", "revenge", "maybe a week", "Jane Roe", "asthma", "W2"):
        assert secret not in text
    assert "Read" in text
    assert "B1" in said.text


def test_command_reads_what_was_said_to_it_and_sealed_words_only_where_their_reader_opens_them(told, tmp_path):
    desk.briefing(told, tmp_path / "shut")
    pages, shut = words(tmp_path / "shut" / "command.pdf")
    assert pages == 1
    assert "He has a bad heart." in shut
    assert "revenge" in shut
    assert "is sealed for Lead" in shut
    assert "1 confidential statement counts in these numbers" in " ".join(shut.split())
    assert "gun" not in shut
    desk.briefing(told, tmp_path / "open", reader="Lead", passphrase=SECRET)
    text = words(tmp_path / "open" / "command.pdf")[1]
    assert "They have a gun at the hut." in text
    assert "FOR LEAD ALONE" in text
    with opened(told, read_only=True) as book:
        assert [h.event.reader for h in book.mission.debriefs.opened] == ["Lead"]
    assert b"gun" not in b"".join(p.read_bytes() for p in told.parent.iterdir() if p.name.startswith(told.name))


def test_only_its_owner_reads_commands_page_and_the_log_knows_both_by_their_hash(told, tmp_path):
    desk.briefing(told, tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out" / "command.pdf").stat().st_mode) == 0o600
    with opened(told, read_only=True) as book:
        files = dict(book.mission.muster.briefings["B1"].event.files)
    for name, digest in files.items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    assert desk.briefing_paper(told, "B1") == (tmp_path / "out" / "everybody.pdf").read_bytes()


def test_who_has_read_it_is_known_and_who_has_not(told, tmp_path):
    desk.briefing(told, tmp_path / "out")
    assert desk.briefing_read(told, "B1", "M1").data["open"] == ["Dog 1", "Line A"]
    assert "had read B1 before" in desk.briefing_read(told, "B1", "M1").text
    desk.briefing_read(told, "B1", "Dog 1")
    assert desk.briefing_read(told, "B1", "Line A").text.endswith("Everybody has.")
    row = desk.list_briefings(told).data["briefings"][0]
    assert (row["id"], row["read"], row["open"]) == ("B1", ["M1", "Dog 1", "Line A"], [])
    desk.briefing(told)
    assert [row["id"] for row in desk.list_briefings(told).data["briefings"]] == ["B2", "B1"]
    assert desk.page_data(told)["briefings"][1]["read"] == ["M1", "Dog 1", "Line A"]


def test_a_bare_mission_gets_a_briefing_that_says_there_are_no_signals(bare, tmp_path):
    desk.briefing(bare, tmp_path / "out")
    assert "NO SIGNALS ARE AGREED YET" in words(tmp_path / "out" / "everybody.pdf")[1]


def test_what_a_team_met_stands_on_the_page_and_what_it_left_on_commands(told, tmp_path):
    desk.make_map(told)
    desk.plan(told, hours=2.0)
    desk.briefing(told, tmp_path / "before")
    assert "Line A: assignment 1" in words(tmp_path / "before" / "everybody.pdf")[1]
    said = desk.debrief(told, "Line A", pod_told=0.5, hazards=["loose rock in the gully."], gaps=["  the north  bank "])
    assert "Hazard met: loose rock in the gully." in said.text
    assert said.data["gaps_told"] == ["the north bank"]
    with opened(told, read_only=True) as book:
        event = book.mission.searches[0].event
    assert (event.hazards, event.gaps) == (("loose rock in the gully",), ("the north bank",))
    (shown,) = desk.page_data(told)["debrief"]["teams"]
    assert (shown["team"], shown["hazards"], shown["gaps"]) == (
        "Line A",
        ["loose rock in the gully"],
        ["the north bank"],
    )
    desk.briefing(told, tmp_path / "out")
    assert "loose rock in the gully" in words(tmp_path / "out" / "everybody.pdf")[1]
    assert "the north bank" in words(tmp_path / "out" / "command.pdf")[1]
    for bad in ("", "   ", "x" * 201):
        with pytest.raises(BadInput, match="Say each in short"):
            desk.debrief(told, "Dog 1", pod_told=0.5, hazards=[bad])


def test_everybody_reads_who_covers_what_and_command_what_is_left(told, tmp_path):
    desk.target(told, "Hall", place="36.1950, -84.1950", value=10, label="village hall")
    desk.target(told, "Mill", place="36.2100, -84.2100", value=4)
    desk.cover(told, standing=1, reserve=1)
    desk.briefing(told, tmp_path / "out")
    text, command = (words(tmp_path / "out" / name)[1] for name in ("everybody.pdf", "command.pdf"))
    assert "WHO COVERS WHAT" in text
    assert " stands at " in text
    assert "moves as soon as one is hit" in text
    assert "WORST CASE LEFT" not in text
    assert "PRICE" not in text
    assert "WORST CASE LEFT" in command


def test_what_cannot_be_is_said_in_plain_words(told, tmp_path):
    with pytest.raises(NotYet, match="No briefing was issued"):
        desk.command_paper(told)
    desk.briefing(told)
    for verb, message in (
        (lambda: desk.briefing(told, paper="a3"), "no paper 'a3'"),
        (lambda: desk.briefing(told, reader="Lead"), "open with Lead's passphrase"),
        (lambda: desk.briefing(told, reader="Lead", passphrase="wrong words here now"), "not the passphrase"),
        (lambda: desk.command_paper(told, personal=False), "is personal"),
    ):
        with pytest.raises(BadInput, match=message):
            verb()
    for unknown in (
        lambda: desk.briefing_read(told, "B7", "M1"),
        lambda: desk.briefing_read(told, "B1", "Nobody"),
        lambda: desk.briefing_paper(told, "B7"),
        lambda: desk.briefing(told, reader="Nobody", passphrase=SECRET),
    ):
        with pytest.raises(UnknownName):
            unknown()
    assert len(desk.list_briefings(told).data["briefings"]) == 1


lines = st.builds(Line, text=st.text(max_size=500), strong=st.booleans(), under=st.booleans())


@settings(max_examples=15)
@given(st.lists(st.tuples(st.text(max_size=60), st.lists(lines, max_size=60), st.booleans()), min_size=1, max_size=9))
def test_whatever_was_written_it_is_one_page(told):
    page = Page(head="COMMAND", mission="x" * 300, made="now", number="B1", footer="f " * 80, exercise=True)
    sections = [one for title, many, boxed in told for one in section(title, many, most=30, boxed=boxed)]
    document = pypdfium2.PdfDocument(briefing_pdf(page, sections, at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert len(document) == 1
    document.close()


@pytest.mark.parametrize("many", range(20, 140, 3))
def test_one_page_holds_however_close_it_is_to_full(many):
    page = Page(head="COMMAND", mission="x " * 150, made="now", number="B1", footer="f " * 80)
    lines = [Line(text="", under=n % 3 == 0) for n in range(many)]
    sections = [Section(title="", lines=tuple(lines[n : n + 9]), boxed=n % 2 == 0) for n in range(0, many, 9)]
    assert words(briefing_pdf(page, sections, at=datetime(2026, 1, 1, tzinfo=UTC)))[0] == 1


def test_what_is_left_out_is_counted():
    (one,) = section("x", [Line(text=str(n)) for n in range(10)], most=4)
    assert [line.text for line in one.lines] == ["0", "1", "2", "and 7 lines more: on the screen."]
    assert section("x", [], most=4) == ()


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.01, "almost no chance"), (0.1, "very unlikely"), (0.3, "unlikely"), (0.5, "about even"), (0.7, "likely"),
     (0.9, "very likely"), (0.99, "almost certain"), (1.0, "almost certain")],
)  # fmt: skip
def test_probabilities_are_said_in_the_words_of_icd_203(p, said):
    assert band(p) == said


def test_the_same_mission_gives_the_same_page(told, tmp_path, monkeypatch):
    desk.briefing(told, tmp_path / "out")
    monkeypatch.setenv("HOMEWARD_NOW", (datetime(2026, 11, 21, 17, tzinfo=UTC) + timedelta(days=1)).isoformat())
    assert desk.briefing_paper(told, "B1") == (tmp_path / "out" / "everybody.pdf").read_bytes()


def test_an_answer_as_probable_as_the_others_is_never_left_out(told):
    names = ["fall", "lost", "hurt", "fight", "left", "asleep", "rescued"]
    desk.question(
        told, "why", text="Why?", hypotheses=[f"{n}={p}" for n, p in zip(names, [0.22] * 4 + [0.04] * 3, strict=True)]
    )
    page = words(issued(told)["everybody.pdf"])[1]
    assert all(name in page for name in names[:4])
    assert "asleep" not in page
    assert "less probable, on the screen" in page


def test_no_question_is_left_out_however_many_there_are(told):
    for n in range(15):
        desk.question(
            told, f"q{n}", text=f"Question number {n}?", hypotheses=[f"yes{n}=0.3", f"no{n}=0.3", f"so{n}=0.3"]
        )
    pages, page = words(issued(told)["everybody.pdf"])
    assert pages == 1
    assert all(f"Question number {n}?" in page and f"so{n}: " in page for n in range(15))


def test_the_sealed_box_has_question_time_and_place_of_what_was_opened(told):
    desk.statement(
        told,
        "By the hut.",
        witness="W9",
        readers=["Lead"],
        asked="Where did he go?",
        when="2026-01-01 14:00",
        where="36.2,-84.2",
        question="where",
        hypothesis="hut",
        number=0.7,
        reliability="B",
    )
    page = words(issued(told, reader="Lead", passphrase=SECRET)["command.pdf"])[1]
    assert 'Asked "Where did he go?"; ' in page
    assert "36.2" in page
    assert "01-01 14:00" in page or "1 Jan 14:00" in page


def test_a_warning_names_only_targets_that_are_there(told):
    with opened(told) as book:
        lost = Threat(
            id="Storm", said_at=datetime(2026, 11, 16, 17, tzinfo=UTC), quantiles_d=((0.5, 30.0),), targets=("x",)
        )
        book.write(ThreatWarned(threat=lost))
    page = words(issued(told)["everybody.pdf"])[1]
    assert "Storm." in page
    assert "may hit" not in page


def test_a_team_tells_hazards_and_gaps_before_there_is_a_plan(told):
    said = desk.debrief(told, "Line A", hazards=["loose rock in the gully."], gaps=["the north bank"])
    assert said.data["statements"] == ["S4", "S5"]
    page = words(issued(told)["everybody.pdf"])[1]
    assert "Hazard met: loose rock in the gully." in page
    assert "Not searched: the north bank." in page
    with pytest.raises(NotYet):
        desk.debrief(told, "Line A", hazards=["loose rock"], pod_told=0.5)
    with pytest.raises(UnknownName):
        desk.debrief(told, "Nobody", hazards=["loose rock"])


@pytest.fixture
def called(tmp_path):
    """A mission with its teams called in to the base: Line A was seen there before, Dog 1 far away."""
    path = make_ready(tmp_path)
    base = "36.1900, -84.2100"
    desk.team_at(path, "Line A", base)
    desk.team_at(path, "Dog 1", IPP)
    desk.call_out(path, heads=2, meet=base)
    return path


def everybody(path):
    return words(issued(path)["everybody.pdf"])[1]


def test_who_is_called_to_where_it_stands_is_not_told_to_come(called):
    text = everybody(called)
    assert "Line A: called to where it was seen" in text
    assert "come now" in text.split("Dog 1: ")[1][:60], "Dog 1 is elsewhere"


def test_who_signed_in_or_out_has_no_order_to_come(called):
    for team in ("Dog 1", "Line A"):
        desk.sign_in(called, team)
    assert "signed in at the base, " in everybody(called)
    assert "come now" not in everybody(called)
    desk.sign_out(called, "everybody", to="home")
    assert "signed out, " in everybody(called)
    assert "come now" not in everybody(called)


def test_orders_of_a_call_that_is_over_bind_nobody(called):
    desk.end_call(called)
    assert "come now" not in everybody(called)
    assert "that call is over" in everybody(called)


def test_who_is_late_is_said_to_be_and_not_to_come_by_an_hour_that_is_past(called, monkeypatch):
    for name in ("S1", "S2", "S3"):
        desk.person(called, name, roles=["searcher"])
    desk.answered(called, "S1", "Y 20")
    desk.answered(called, "S2", "Y 90")
    desk.answered(called, "S3", "L 90")
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:50+00:00")
    text = everybody(called)
    assert "LATE, were to be here: 12:20 S1." in text
    assert "13:30 S2;" in text
    assert "13:30 S3 (only if nobody else can)" in text
    assert "(no answer yet)" in text, "the teams have not said a word"


def test_a_warning_that_is_overdue_says_so_first(tmp_path):
    path = make_ready(tmp_path)
    with opened(path) as book:
        said = datetime(2025, 11, 16, 17, tzinfo=UTC)
        book.write(ThreatWarned(threat=Threat(id="Flood", said_at=said, quantiles_d=((0.1, 2.0), (0.5, 7.0)))))
    text = everybody(path)
    assert text.index("OVERDUE") < text.index("Median")
