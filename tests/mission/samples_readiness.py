"""One event of every kind about debriefs, muster and readiness, as pinned in `tests/golden/events`: see `samples`."""

from __future__ import annotations

from datetime import datetime, timedelta

from homeward.geo import Place
from homeward.mission import Event
from homeward.mission import debriefs as d
from homeward.mission import muster as m
from homeward.mission import readiness as r
from homeward.mission.nouns import Provenance
from homeward.mission.rescue import Consent


def readiness_samples(*, here: Place, at: datetime, sha: str, made_from: Provenance) -> dict[str, Event]:
    """The samples by name."""
    later = at + timedelta(hours=2)
    return {**_debriefs(here, at, later), **_muster(here, at, later), **_readiness(here, at, sha, made_from)}


def _debriefs(here: Place, at: datetime, later: datetime) -> dict[str, Event]:
    return {
        "QuestionRaised.1": d.QuestionRaised(
            question=d.Question(
                id="Q1",
                text="Where did they go?",
                about=d.About.WHERE,
                hypotheses=(
                    d.Hypothesis(id="hut", prior=0.4, label="the hut", place=here, from_=at, until=later),
                    d.Hypothesis(id="gully", prior=0.3),
                ),
            )
        ),
        "QuestionDropped.1": d.QuestionDropped(question="Q1", why="settled"),
        "QuestionResolved.1": d.QuestionResolved(question="Q1", hypothesis="hut", why="tracks"),
        "CombinationExcluded.1": d.CombinationExcluded(
            combination=d.Combination(parts=(("Q1", "hut"), ("Q2", "driver")), why="too far")
        ),
        "StatementTaken.1": d.StatementTaken(
            statement=d.Statement(
                id="S1",
                witness="W1",
                says="They went up to the hut",
                asked="Where did they go?",
                how=d.How.TOLD,
                told_by="W2",
                seen_at=at,
                place=here,
                question="Q1",
                hypothesis="hut",
                certainty="pretty sure",
                number=0.8,
                reliability="B",
                credibility=2,
                share=d.Share.NAMED,
                readers=("Anna",),
                sealed="AAEC",
                consent=Consent.GIVEN,
                declined=True,
            )
        ),
        "StatementWithdrawn.1": d.StatementWithdrawn(statement="S1", why="afraid"),
        "StatementOpened.1": d.StatementOpened(statement="S1", reader="Anna"),
        "ReaderNamed.1": d.ReaderNamed(reader=d.Reader(id="Anna", public_key="AAEC", salt="AwQF")),
    }


def _muster(here: Place, at: datetime, later: datetime) -> dict[str, Event]:
    return {
        "StandingTold.1": m.StandingTold(
            standing=m.Standing(
                person="AB",
                state=m.Availability.TASK,
                until=later,
                report_s=600.0,
                wake_s=900.0,
                travel_s=1800.0,
                travel_gsd=1.5,
                p_come=0.8,
                channels=("sms", "pager"),
            )
        ),
        "CalledOut.1": m.CalledOut(
            callout=m.Callout(
                id="C1",
                place=here,
                text="come to the base",
                need=(("medic", 1), ("searcher", 6)),
                heads=8,
                wanted_by=later,
                target=0.9,
                waves=(("AB", "CD"), ("EF",)),
            )
        ),
        "WaveCalled.1": m.WaveCalled(callout="C1", wave=1),
        "NoticeSent.1": m.NoticeSent(about="C1", to="AB", channel="sms", went=True, why="no credit"),
        "CallAnswered.1": m.CallAnswered(
            callout="C1",
            person="AB",
            answer=m.CallAnswer.LIMITED,
            eta=later,
            free_at=later,
            text="L 60 heading back to town",
            channel="sms",
            read_by="Duty officer",
        ),
        "CalloutEnded.1": m.CalloutEnded(callout="C1", why="enough are here"),
        "SignedIn.1": m.SignedIn(person="AB", place=here),
        "SignedOut.1": m.SignedOut(person="AB", to="home"),
        "RollCalled.1": m.RollCalled(present=("AB",), missing=("CD",)),
        "MessageGiven.1": m.MessageGiven(
            message=m.Message(id="M1", to=("Alpha", "AB"), text="river rising", priority=m.Priority.FLASH)
        ),
        "MessageAcknowledged.1": m.MessageAcknowledged(message="M1", by="AB", said="going up"),
        "BriefingIssued.1": m.BriefingIssued(briefing="B1", files=(("everybody.pdf", "0" * 64),)),
        "BriefingRead.1": m.BriefingRead(briefing="B1", by="AB"),
    }


def _readiness(here: Place, at: datetime, sha: str, made_from: Provenance) -> dict[str, Event]:
    return {
        "ThreatWarned.1": r.ThreatWarned(
            threat=r.Threat(
                id="T1",
                said_at=at,
                quantiles_d=((0.1, 7.0), (0.5, 30.0)),
                text="in about a month, maybe a week",
                source="W1",
                motive="revenge",
                reliability="C",
                never=0.3,
                widen=1.29,
                families=("lognormal",),
                targets=("school",),
                forecast=True,
            )
        ),
        "ThreatReported.1": r.ThreatReported(
            report=r.ThreatReport(
                id="R1",
                threat="T1",
                said_at=at,
                quantiles_d=((0.5, 12.0),),
                within_d=14.0,
                reliability=0.75,
                may_replace=True,
                text="within two weeks",
                source="W2",
            )
        ),
        "ThreatWarned.2": r.ThreatWarned(
            threat=r.Threat(
                id="T1",
                said_at=at,
                quantiles_d=((0.1, 7.0), (0.5, 30.0)),
                text="in about a month, maybe a week",
                source="W1",
                motive="revenge",
                reliability="C",
                never=0.3,
                widen=1.29,
                families=("lognormal",),
                targets=("school",),
                forecast=True,
                motives=(r.ThreatMotive(name="quarrel", share=0.6, targets=(("school", 2.0), ("mill", 1.0))),),
            )
        ),
        "ThreatReported.2": r.ThreatReported(
            report=r.ThreatReport(
                id="R1",
                threat="T1",
                said_at=at,
                quantiles_d=((0.5, 12.0),),
                within_d=14.0,
                reliability=0.75,
                may_replace=True,
                text="within two weeks",
                source="W2",
                motives=(("quarrel", 3.0),),
                letter="B",
            )
        ),
        "ThreatLifted.1": r.ThreatLifted(threat="T1", why="they were caught"),
        "ThreatCame.1": r.ThreatCame(threat="T1", came_at=at),
        "TargetNamed.1": r.TargetNamed(
            target=r.Target(
                id="school",
                place=here,
                value=10.0,
                label="village school",
                ways=(("people", 8.0), ("records", 2.0)),
                loss_per_h=0.25,
                note="back door",
            )
        ),
        "TargetDropped.1": r.TargetDropped(target="school", why="closed"),
        "CoverPlanned.1": r.CoverPlanned(plan=sha, view="reserve", value=1.5, bound=1.5, made_from=made_from),
        "RosterDrawn.1": r.RosterDrawn(plan=sha, day="2026-03-06", roster=2, seed=7),
    }
