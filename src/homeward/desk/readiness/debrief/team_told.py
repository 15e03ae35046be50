"""What a team met and what it left, told where it has no assignment: before there is a plan, or after its last one.

Each is a statement of the team, as seen, for everybody to read: so it stands on the page and on the briefing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from homeward.desk.answer import Answer
from homeward.desk.book import again_if_grown, opened, when_told
from homeward.desk.readiness.debrief.given_names import next_name
from homeward.desk.search.coverage import registered
from homeward.mission.debriefs import How, Share, Statement, StatementTaken
from homeward.mission.rescue import Consent


@again_if_grown
def told_by_team(
    path: Path, team: str, *, hazards: Sequence[str], gaps: Sequence[str], note: str = "", at: str | None = None
) -> Answer:
    """Notes hazards and gaps as statements of a team, shared with everybody; a `note` as one for command."""
    says = [(f"Hazard met: {one}.", Share.EVERYBODY) for one in hazards]
    says += [(f"Not searched: {one}.", Share.EVERYBODY) for one in gaps]
    says += [(note.strip(), Share.COMMAND)] if note.strip() else []
    with opened(path) as book:
        registered(book, team)
        first = next_name(book, "S", lambda event: event.statement.id if isinstance(event, StatementTaken) else None)
        made = [
            Statement(
                id=f"S{int(first[1:]) + k}",
                witness=team,
                says=words,
                how=How.SEEN,
                share=share,
                consent=Consent.GIVEN if share is Share.EVERYBODY else None,
            )
            for k, (words, share) in enumerate(says)
        ]
        book.write(*(StatementTaken(statement=one) for one in made), at=when_told(book, at))
    lines = [f"{one.id} of {team}: {one.says}" for one in made]
    return Answer(
        text="\n".join([*lines, f"{team} has no assignment: noted as statements. The map stays as it is."]),
        data={"team": team, "hazards": list(hazards), "gaps_told": list(gaps), "statements": [one.id for one in made]},
    )
