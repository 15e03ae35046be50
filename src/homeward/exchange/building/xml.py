"""XML as a plain tree with line numbers. A file with a DOCTYPE is refused: no entities, no files from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from homeward.errors import BadFile

DEEPEST = 200
"""Elements within one another; IndoorGML needs about 20. Ours."""


@dataclass(slots=True)
class Node:
    """One element: its name and attributes without name spaces, its text, its children, and its line."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Node]:
        """This and every element below of one of these names, in the order of the file."""
        todo = [self]
        while todo:
            node = todo.pop()
            if node.name in names:
                yield node
            todo += reversed(node.children)

    def child(self, name: str) -> Node | None:
        """The first direct child of that name."""
        return next((c for c in self.children if c.name == name), None)

    def words(self, name: str) -> str:
        """The text of the first direct child of that name, "" where there is none."""
        found = self.child(name)
        return found.text.strip() if found else ""


def read_xml(data: bytes, *, name: str) -> Node:
    """The root element of a file. Raises `BadFile` for damaged XML, a DOCTYPE, or absurdly deep nesting."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    root = Node("", {}, 0)
    stack = [root]

    def refuse(*_: object) -> None:
        raise BadFile(f"{name} has a DOCTYPE, which IndoorGML needs not and which can do harm. Remove it.")

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise BadFile(f"{name}, line {parser.CurrentLineNumber}: elements lie too deep within one another.")
        node = Node(_local(tag), {_local(k): v for k, v in attributes.items()}, parser.CurrentLineNumber)
        stack[-1].children.append(node)
        stack.append(node)

    def text(data: str) -> None:
        stack[-1].text += data

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: stack.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as err:
        why = expat.ErrorString(err.code) or "damaged"
        raise BadFile(f"{name}, line {err.lineno}: the XML is damaged ({why}). Export it again.") from err
    except (ValueError, LookupError) as err:  # an encoding that Python does not know
        raise BadFile(f"{name} is in an encoding that cannot be read. Save it as UTF-8.") from err
    return root.children[0]


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]
