"""Reading problem files: from bytes to a checked model, every fault in one sentence that names file and field."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import FileModel
from homeward.geo import Floats

MAX_FILE_BYTES = 512 * 1024 * 1024
_RANGES = {
    "greater_than": ("gt", "above {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "below {}"),
    "less_than_equal": ("le", "at most {}"),
}
_TYPES = {
    "float": "a number",
    "int": "a whole number",
    "string": "text",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object {...}",
    "model": "an object {...}",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A problem file's content before its kind is known. `name` is how messages call it."""

    name: str
    fields: dict[str, Any]
    sha256: str


def load(raw: bytes, name: str) -> Loaded:
    """The JSON object in `raw`. Raises `BadFile` where there is none, with the line where it goes wrong."""
    if not raw.strip():
        raise BadFile(f"{name} is empty. Give a problem file; `homeward schema` lists the kinds.")
    if len(raw) > MAX_FILE_BYTES:
        raise BadFile(
            f"{name} has {len(raw) >> 20} MiB. Put big arrays into .npy files beside it, and name them in it."
        )
    try:
        text = raw.decode("utf-8-sig")
        fields = json.loads(text, parse_constant=_constant, object_pairs_hook=_object)
    except UnicodeDecodeError as err:
        raise BadFile(f"{name} is not text in UTF-8 (byte {err.start}). Give a JSON file.") from err
    except json.JSONDecodeError as err:
        raise BadFile(f"{name} is not JSON: {err.msg}, line {err.lineno}, column {err.colno}. Mend it there.") from err
    except _Odd as err:
        raise BadFile(f"{name}: {err}") from err
    except (RecursionError, ValueError) as err:
        raise BadFile(f"{name} is not JSON that can be read: nested too deep, or a number too long. Mend it.") from err
    if not isinstance(fields, dict):
        raise BadFile(f'{name} holds {_kind_of(fields)}, not an object. A problem begins with {{"kind": ...}}.')
    return Loaded(name, fields, hashlib.sha256(raw).hexdigest())


def unknown_kind(kind: object, kinds: Iterable[str]) -> BadInput:
    """The error for a kind that nobody knows."""
    known = list(kinds)
    near = get_close_matches(str(kind), known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Choose one of {', '.join(known)}."
    return BadInput(f"There is no kind of problem {kind!r}. {hint}")


def kind_of(loaded: Loaded, kinds: Iterable[str]) -> str:
    """The kind that the file names, where it is one of `kinds` and the version is 1."""
    known = list(kinds)
    kind = loaded.fields.get("kind")
    if kind is None:
        raise BadFile(f'{loaded.name} does not say what kind of problem it is. Give "kind": one of {", ".join(known)}.')
    if kind not in known:
        raise BadFile(f"{loaded.name}: {unknown_kind(kind, known)}")
    version = loaded.fields.get("version", 1)
    if version != 1 or isinstance(version, bool):
        raise BadFile(
            f"{loaded.name} has version {version!r}; this homeward reads version 1. Write it in that version."
        )
    return str(kind)


def parse(loaded: Loaded, model: type[FileModel]) -> tuple[FileModel, tuple[str, ...]]:
    """The file as its model, and findings about fields that nobody knows.

    Raises `BadFile` for the first fault. A field that looks like a slip of a known one is a fault; any other unknown
    one is a finding.
    """
    try:
        parsed = model.model_validate(loaded.fields)
    except ValidationError as err:
        raise BadFile(f"{loaded.name}: {_sentence(err, model, loaded.fields)}") from err
    return parsed, tuple(_unknown(parsed, loaded.name, ""))


def _unknown(part: object, file: str, where: str) -> Iterable[str]:
    """Findings for the unknown fields of a model and of what it holds."""
    if isinstance(part, BaseModel):
        known = list(type(part).model_fields)
        for name in part.model_extra or {}:
            left = get_close_matches(name, [k for k in known if k not in part.model_fields_set], n=1, cutoff=0.75)
            if left:
                raise BadFile(f"{file}: {where}{name} is no known field. Did you mean {left[0]!r}?")
            near = get_close_matches(name, known, n=1, cutoff=0.75)
            if near:
                raise BadFile(
                    f"{file}: {where}{name} is no known field, and {near[0]!r}, which it resembles, stands beside it. "
                    "Leave it out, or give it another name."
                )
            yield f"{where}{name} is no known field: it was left aside."
        for name in known:
            yield from _unknown(getattr(part, name), file, f"{where}{name}.")
    elif isinstance(part, list | tuple) and part and isinstance(part[0], BaseModel):
        plain = not any(_may_hold_models(f.annotation) for f in type(part[0]).model_fields.values())
        for i, item in enumerate(part):
            if not (plain and type(item) is type(part[0]) and not item.model_extra):  # nothing to look for in it
                yield from _unknown(item, file, f"{where[:-1]}[{i}].")


def _may_hold_models(annotation: object) -> bool:
    """Whether a field so annotated may hold models."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return annotation is Any or any(map(_may_hold_models, get_args(annotation)))


def _sentence(err: ValidationError, model: type[BaseModel], fields: Mapping[str, Any]) -> str:
    """The first fault. Where a field may be of several kinds, the fault is that of the kind it comes nearest to."""
    faults = [(_steps(fields, fault), fault) for fault in err.errors(include_url=False)]
    where, first = faults[0]
    for other, fault in faults:
        if len(other) > len(where) and other[: len(where)] == where:
            where, first = other, fault
    places = {
        _path(some) for some, _ in faults if not any(len(o) > len(some) and o[: len(some)] == some for o, _ in faults)
    }
    others = len(places) - 1
    more = f" ({others} more fault{'s' if others > 1 else ''} after this one.)" if others else ""
    kinds = [_kind_asked(fault) for other, fault in faults if other == where]
    said = _fault(first, " or ".join(dict.fromkeys(kinds)))
    meaning = _description(model, where)
    give = f" Give {meaning}." if meaning else " Correct it; `homeward schema` describes the fields."
    return f"{_path(where) or 'the file'} {said}.{give}{more}"


def _steps(fields: object, fault: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Where a fault is, without the names of choices on the way there, which are no part of the file."""
    loc, steps = fault["loc"], list[int | str]()
    for k, step in enumerate(loc):
        if isinstance(fields, dict) and (step in fields or (k == len(loc) - 1 and fault["type"] == "missing")):
            fields = fields.get(step)
        elif isinstance(fields, list) and isinstance(step, int):
            fields = fields[step] if step < len(fields) else None
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _fault(first: Mapping[str, Any], asked: str) -> str:
    kind, value, context = str(first["type"]), first.get("input"), first.get("ctx", {})
    shown = _kind_of(value)
    if kind == "missing":
        return "is missing"
    if kind == "finite_number":
        return "is not a finite number"
    if kind in _RANGES:
        key, words = _RANGES[kind]
        return f"is {shown}, and must be {words.format(f'{context[key]:g}')}"
    if kind in ("literal_error", "enum"):
        return f"is {shown}, and must be {context['expected']}"
    if kind in ("too_short", "too_long"):
        end = f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        return f"has {context['actual_length']} entries, and needs {end}"
    if kind == "string_too_short":
        return "is empty text"
    return f"is {shown}, and must be {asked}"


def _kind_asked(fault: Mapping[str, Any]) -> str:
    return _TYPES.get(str(fault["type"]).split("_", maxsplit=1)[0], "of another kind")


def _kind_of(value: object) -> str:
    """A value as it is named in a message: short, and in the file's own words."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _path(where: tuple[int | str, ...]) -> str:
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' if text else ''}{step}"
    return text


def _description(model: type[BaseModel], where: tuple[int | str, ...]) -> str:
    """What the field at `where` means, from the schema; '' where nothing is said."""
    schema = model.model_json_schema()
    part: Any = schema
    said = ""
    for step in where:
        part = _resolved(schema, part)
        if isinstance(step, int):
            part = part.get("items") or (part.get("prefixItems") or [{}])[0]
        else:
            part = part.get("properties", {}).get(step) or part.get("additionalProperties")
        if not isinstance(part, dict):
            return said
        said = part.get("description", said) if "$ref" not in part or "description" in part else said
    return str(said)


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The part itself, through a reference or the first of several choices."""
    for choice in part.get("anyOf", ()):
        if choice.get("type") != "null":
            part = choice
            break
    name = str(part.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = schema["$defs"][name] if name else part
    return found


class _Odd(Exception):
    """JSON that Python would take but that we don't."""


def _constant(text: str) -> float:
    raise _Odd(f"it holds {text}, which is no number in JSON. Give a finite number in its place.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"the field {twice!r} stands twice in one object. Leave only one of them.")
    for name, value in pairs:
        if isinstance(value, float) and math.isinf(value):
            raise _Odd(f"{name} is too large a number. Give one below 1e308.")
    return fields


def utc(text: str, field: str) -> datetime:
    """A time of a file, in UTC. Raises `BadInput` where it is none, or without its time zone."""
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError as err:
        raise BadInput(f"{field} is {text!r}, which is no time. Give it as 2026-11-22T14:00+01:00.") from err
    if when.tzinfo is None:
        raise BadInput(f"{field} is {text!r}, without a time zone. Give it as 2026-11-22T14:00+01:00.")
    try:
        return when.astimezone(UTC)
    except OverflowError as err:
        raise BadInput(f"{field} is {text!r}, which is out of reach. Give a time of these years.") from err


def distinct(ids: Iterable[str], *, file: str, field: str) -> None:
    """Raises `BadFile` where an id stands twice."""
    seen: set[str] = set()
    for i, name in enumerate(ids):
        if name in seen:
            raise BadFile(f"{file}: {field}[{i}].id is {name!r} for the second time. Give each its own id.")
        seen.add(name)


def must_be_known(name: str, known: Mapping[str, Any], *, file: str, field: str, what: str) -> None:
    """Raises `BadFile` where a field refers to something that the file does not have."""
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    some = ", ".join(list(known)[:6]) + (", ..." if len(known) > 6 else "")
    raise BadFile(
        f"{file}: {field} refers to {what} {name!r}, which is not in the file. "
        + (f"Did you mean {near[0]!r}?" if near else f"It has {some or 'none'}.")
    )


def raster(path: str, folder: Path, *, file: str, field: str, max_cells: int) -> tuple[Floats, str]:
    """The 2-D array in a `.npy` or GeoTIFF file beside the problem, row 0 = north, and the SHA-256 of its bytes."""
    raw = _bytes(path, folder, file, field)
    where = folder / path
    array = _tiff(where, file, field) if where.suffix.lower() in (".tif", ".tiff") else _npy(raw, path, file, field)
    if array.ndim != 2 or array.size == 0:
        raise BadFile(f"{file}: {path} has shape {array.shape}. Give a raster of rows and columns.")
    if array.size > max_cells:
        raise BadFile(f"{file}: {path} has {array.size} cells; at most {max_cells} fit. Use larger cells.")
    if array.dtype.kind not in "fiu":
        raise BadFile(f"{file}: {path} holds {array.dtype} values. Give numbers.")
    return np.ascontiguousarray(array, dtype=np.float64), hashlib.sha256(raw).hexdigest()


def array_file(path: str, folder: Path, *, file: str, field: str) -> tuple[NDArray[Any], str]:
    """The array, of any shape and type, in a `.npy` file beside the problem, and the SHA-256 of its bytes."""
    raw = _bytes(path, folder, file, field)
    return _npy(raw, path, file, field), hashlib.sha256(raw).hexdigest()


def _bytes(path: str, folder: Path, file: str, field: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except FileNotFoundError as err:
        raise BadFile(f"{file}: {field} names {path!r}, and there is no such file in {folder}. Put it there.") from err
    except (OSError, ValueError) as err:
        reason = err.strerror if isinstance(err, OSError) else err
        raise BadFile(f"{file}: {field} names {path!r}, which cannot be read ({reason}). Check it.") from err


def _npy(raw: bytes, path: str, file: str, field: str) -> NDArray[Any]:
    try:
        array = np.load(io.BytesIO(raw), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError, SyntaxError) as err:
        raise BadFile(
            f"{file}: {field} names {path!r}, which is not a whole .npy file. Write it with numpy.save."
        ) from err
    if not isinstance(array, np.ndarray):
        raise BadFile(f"{file}: {field} names {path!r}, which holds several arrays. Write one with numpy.save.")
    return array


def _tiff(where: Path, file: str, field: str) -> Any:
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(where) as source:
            return source.read(1)
    except RasterioError as err:
        raise BadFile(
            f"{file}: {field} names {where.name!r}, which is not a GeoTIFF that can be read. Check it."
        ) from err
