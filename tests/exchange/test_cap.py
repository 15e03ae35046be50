"""CAP messages in and out: what goes out comes back, others' words become probabilities, hostile files are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadFile
from homeward.exchange.cap import CapOut, read_cap, write_cap

SENT = datetime(2026, 3, 6, 12, tzinfo=UTC)
OUT = CapOut(
    identifier="homeward-storm-1",
    sent=SENT,
    exercise=False,
    cancel=False,
    event="storm",
    headline="storm expected",
    description="Median 27.6 days from now, but 5 % of the cases come within 2.2 days.",
    certainty="Possible",
    urgency="Future",
    onset=SENT + timedelta(days=2),
    expires=SENT + timedelta(days=190),
    areas=[("The hut", (36.4, -84.3), 1.0)],
    parameters={"name": "storm", "said_at": "2026-03-01T12:00:00+00:00", "quantiles": "0.1=7.0 0.5=30.0"},
)
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
 <identifier>KSTO1055887203</identifier><sender>KSTO@NWS.NOAA.GOV</sender><sent>2026-03-06T14:57:00-07:00</sent>
 <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
 <info><language>de</language><category>Met</category><event>Unwetter</event>
  <urgency>Future</urgency><severity>Severe</severity><certainty>Likely</certainty></info>
 <info><category>Met</category><event>SEVERE THUNDERSTORM</event>
  <urgency>Future</urgency><severity>Severe</severity><certainty>Likely</certainty>
  <onset>2026-03-07T14:57:00-07:00</onset><expires>2026-03-08T14:57:00-07:00</expires>
  <headline>Severe &amp; loud</headline><area><areaDesc>Extreme north central</areaDesc></area></info>
</alert>"""


def test_what_goes_out_comes_back() -> None:
    alert, findings = read_cap(write_cap(OUT), name="x.xml")
    assert findings == ()
    assert (alert.event, alert.certainty, alert.urgency, alert.severity) == ("storm", "Possible", "Future", "Unknown")
    assert alert.quantiles_d == ((0.1, 7.0), (0.5, 30.0))
    assert alert.exact
    assert not alert.forecast
    assert alert.sent == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert alert.message_sent == SENT
    assert alert.areas == ("The hut",)


def test_times_have_an_offset_and_no_z() -> None:
    """CAP 1.2, section 3.3.2: the offset is numeric, -00:00 for UTC; Z must not be used."""
    text = write_cap(OUT).decode()
    assert "<sent>2026-03-06T12:00:00-00:00</sent>" in text
    assert "Z</" not in text


def test_required_elements_stand_in_the_order_of_the_standard() -> None:
    text = write_cap(replace(OUT, references="a,b,2026-03-01T12:00:00-00:00")).decode()
    alert = ("identifier", "sender", "sent", "status", "msgType", "scope", "restriction", "references", "info")
    info = ("language", "category", "event", "responseType", "urgency", "severity", "certainty", "effective", "onset")
    rest = ("expires", "senderName", "headline", "description", "parameter", "area")
    places = [text.index(f"<{tag}>") for tag in (*alert, *info, *rest)]
    assert places == sorted(places)
    assert "<msgType>Update</msgType>" in text


@given(st.text(max_size=200))
def test_any_words_survive_the_way(words: str) -> None:
    alert, _ = read_cap(write_cap(replace(OUT, description=words)), name="x.xml")
    assert "<" not in "".join(alert.areas)
    assert alert.identifier == OUT.identifier


def test_words_of_others_become_probabilities_by_lead_time() -> None:
    """Likely is taken as 75 %: a tenth of it by the onset, nine tenths by the expiry, a quarter never."""
    alert, findings = read_cap(FOREIGN.encode(), name="nws.xml")
    assert alert.event == "SEVERE THUNDERSTORM"
    assert alert.headline == "Severe & loud"
    assert [p for p, _ in alert.quantiles_d] == pytest.approx([0.075, 0.675])
    assert [d for _, d in alert.quantiles_d] == pytest.approx([1.0, 2.0])
    assert alert.never == pytest.approx(0.25)
    assert alert.forecast
    assert "1 further" in str(findings[0])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<alert>", "damaged"),
        (b"<kml/>", "not <alert>"),
        (b"<alert></alert>", "no <identifier>"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><alert>&x;</alert>', "DOCTYPE"),
        (b"<!doctype a SYSTEM 'file:///etc/passwd'><alert/>", "DOCTYPE"),
        (b"<a>" * 300 + b"</a>" * 300, "too deep"),
        (b"<alert>" + b" " * (1 << 20) + b"</alert>", "1 MiB"),
        (FOREIGN.replace("-07:00</sent>", "</sent>").encode(), "no time of CAP"),
        (FOREIGN.replace("<status>Actual", "<status>Real").encode(), "status is 'Real'"),
        (FOREIGN.replace("<info>", "<x>").replace("</info>", "</x>").encode(), "no <info>"),
        (FOREIGN.replace("<expires>2026-03-08", "<expires>2026-03-03").encode(), "before it was sent"),
        (FOREIGN.replace("<onset>2026-03-07", "<onset>2026-03-09").encode(), "before it says that it begins"),
        (write_cap(OUT).replace(b"0.1=7.0", b"0.1=nan"), "cannot be"),
        (write_cap(OUT).replace(b"0.1=7.0", b"0.1"), "cannot be read"),
    ],
)
def test_what_is_no_message_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said) as caught:
        read_cap(data, name="x.xml")
    assert "x.xml" in str(caught.value)
