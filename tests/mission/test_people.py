"""People, hazards and orders as a log adds them up."""

from __future__ import annotations

from homeward.exchange.page_words import sentence
from homeward.mission import public
from tests.missions import mission_of, told

RECALLED = """
14:00  Lost  opened  time_zone=Europe/Vienna
14:05  Alpha  registered
14:06  M1  came  qualifications=medic:5,guard  name="Ann Roe"  phone=55501
14:10  Alpha,M1  ordered  kind=recall
14:15  Alpha  acknowledged  eta=14:40  said="handler limps"
"""


def test_who_has_not_acknowledged_the_latest_order_is_open():
    crew = mission_of(RECALLED).crew
    assert set(crew.orders) == {"Alpha", "M1"}
    assert set(crew.acknowledged) == {"Alpha"}
    eta = crew.acknowledged["Alpha"].event.eta
    assert eta is not None
    assert eta.isoformat() == "2026-11-21T13:40:00+00:00"


def test_a_new_order_opens_the_answer_again_and_an_undone_one_gives_it_back():
    assert not mission_of(RECALLED + "14:20  Alpha  ordered  kind=hold").crew.acknowledged
    back = mission_of(RECALLED + "14:20  Alpha  ordered  kind=hold\n14:21  e6  undone")
    assert set(back.crew.acknowledged) == {"Alpha"}
    assert back.crew.orders["Alpha"].event.kind == "recall"


def test_who_was_never_told_or_never_here_is_found_not_lost():
    mission = mission_of(RECALLED + "14:20  Bravo  acknowledged\n14:21  M9  left\n14:22  H1  passed")
    said = " ".join(str(finding) for finding in mission.findings)
    assert all(words in said for words in ("Bravo never got", "M9, whom nobody registered", "H1, which nobody marked"))


def test_the_latest_record_of_a_person_and_a_hazard_counts():
    mission = mission_of(
        RECALLED + "14:20  M1  came  qualifications=lookout\n14:21  H1  threatens\n14:22  H1  threatens  radius_m=500"
    )
    assert [q.role for q in mission.crew.people["M1"].qualifications] == ["lookout"]
    assert mission.crew.people["M1"].name is None
    assert mission.crew.hazards["H1"].radius_m == 500


def test_no_sentence_and_no_public_field_names_anybody():
    for entry in told(RECALLED):
        kind, data = public(entry.event)
        text = f"{kind} {data} {sentence(entry.event)}"
        assert not any(words in text for words in ("Ann Roe", "55501", "limps"))
