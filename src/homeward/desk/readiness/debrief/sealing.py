"""The verbs of confidential statements: who can be given them, and opening one. Every opening is noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import again_if_grown, opened, when_told
from homeward.desk.facts import LONGEST_NAME
from homeward.desk.readiness.debrief.shown import check_shown
from homeward.errors import BadInput, UnknownName
from homeward.mission.debriefs import Debriefs, ReaderNamed, Statement, StatementOpened


@again_if_grown
def reader(path: Path, name: str, passphrase: str, *, replace_key: bool = False, at: str | None = None) -> Answer:
    """Somebody can be given sealed statements from now on, and opens them with this passphrase.

    Only half a key is kept that nothing can be opened with. Where `replace_key`, a reader who is there gets a new key;
    what was sealed before opens with the old passphrase alone.
    """
    from homeward.exchange.sealed import new_reader

    clean = name.strip()
    if not 0 < len(clean) <= LONGEST_NAME:
        raise BadInput(f"A reader has a name of 1 to {LONGEST_NAME} characters. This one has {len(clean)}.")
    with opened(path) as book:
        readers = book.mission.debriefs.readers
        known = clean in readers
        like = next((one for one in readers if one.casefold() == clean.casefold() and one != clean), None)
        if like is not None:
            raise BadInput(
                f"There is a reader {like} already. Give {clean!r} a name that differs in more than capitals."
            )
        if known and not replace_key:
            raise BadInput(
                f"{clean} has a key already. To give {clean} a new one, say so: --replace; what was sealed before "
                "opens with the old passphrase alone."
            )
        book.write(ReaderNamed(reader=new_reader(clean, passphrase)), at=when_told(book, at))
    told = " What was sealed before still opens with the old passphrase alone." if known else ""
    return Answer(
        text=f"{clean} can be given sealed statements from now on.{told} A lost passphrase cannot be recovered.",
        data={"id": clean, "replaced": known},
    )


def list_readers(path: Path) -> Answer:
    """Who can be given sealed statements."""
    with opened(path, read_only=True) as book:
        names = list(book.mission.debriefs.readers)
    empty = "Nobody can be given sealed statements yet: homeward reader MISSION NAME."
    text = f"Can be given sealed statements: {', '.join(names)}." if names else empty
    return Answer(text=text, data={"readers": names})


def open_statement(path: Path, name: str, *, reader: str, passphrase: str, personal: bool = True) -> Answer:
    """The words of a sealed statement, for one of those it was sealed for. That it was opened is noted."""
    check_shown(personal=personal)
    with opened(path, read_only=True) as book:
        state = book.mission.debriefs
        if name not in state.statements:
            raise UnknownName("statement", name, state.statements)
        one, zone = state.statements[name].event, book.mission.time_zone
        if not one.sealed:
            raise BadInput(f"{name} is not sealed. Read it with: homeward statement list MISSION.")
    words = _open(path, state, [one], reader=reader, passphrase=passphrase)[name]
    told = [f'{name} of {one.witness}: "{words["says"]}"']
    names = {"asked": "Asked", "certainty": "How sure", "seen_at": "When", "place": "Where"}
    shown = words | {
        "seen_at": clock.show_time(datetime.fromisoformat(seen), zone) if (seen := words.get("seen_at")) else ""
    }
    told += [f"{label}: {shown[field]}" for field, label in names.items() if shown.get(field)]
    told.append(f"For {', '.join(one.readers)} alone. That you opened it is noted.")
    return Answer(text="\n".join(told), data={"id": name, "witness": one.witness, **words})


def open_all(path: Path, *, reader: str, passphrase: str | None) -> dict[str, dict[str, str]]:
    """The words of every statement that is sealed for a reader: id -> field -> text. Each opening is noted."""
    if passphrase is None:
        raise BadInput(f"Sealed statements open with {reader}'s passphrase. Give it when asked for it.")
    with opened(path, read_only=True) as book:
        state = book.mission.debriefs
    if reader not in state.readers:
        raise UnknownName("reader", reader, state.readers)
    mine = [h.event for h in state.statements.values() if h.event.sealed and reader in h.event.readers]
    if not mine:
        raise BadInput(f"No statement is sealed for {reader}. Leave the reader out.")
    return _open(path, state, mine, reader=reader, passphrase=passphrase)


def _open(
    path: Path, state: Debriefs, which: Sequence[Statement], *, reader: str, passphrase: str
) -> dict[str, dict[str, str]]:
    from homeward.exchange.sealed import unseal

    if reader not in state.readers:
        raise UnknownName("reader", reader, state.readers)
    words = unseal({one.id: one.sealed for one in which}, reader=reader, passphrase=passphrase)
    _note(path, [one.id for one in which], reader)  # nothing is shown that was not noted
    return {name: {"says": "", **fields} for name, fields in words.items()}


@again_if_grown
def _note(path: Path, names: Sequence[str], reader: str) -> None:
    with opened(path) as book:
        book.write(*(StatementOpened(statement=name, reader=reader) for name in names))
