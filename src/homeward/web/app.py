"""The application of one mission: the page's files, its data, its verbs and what it is told as things happen."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.gzip import GZipMiddleware

from homeward import desk
from homeward.errors import BadInput, HomewardError, NotYet
from homeward.exchange import page
from homeward.web.answers import POLICY as ANSWER_POLICY
from homeward.web.answers import PUBLIC, add_answer_routes
from homeward.web.codes import add_code_routes
from homeward.web.forms.buildings import Markings
from homeward.web.forms.debrief import CommandPage
from homeward.web.guard import Guard
from homeward.web.plain import for_page
from homeward.web.shelf import Shelf
from homeward.web.uploads import Uploads
from homeward.web.verbs import ANY_TIME, LONG, PRIVATE, SOON, TELLS, checked, do, read_form
from homeward.web.work import BUG, Bench

POLL_S = 0.5  # how often each listener looks at the log's length
SOON_S = 2.0  # a verb that is often quick is answered at once where it takes no longer
BEAT_S = 4.0  # the page says that the server is gone after three missed beats


def create_app(path: Path, *, token: str | None = None, personal: bool = False) -> FastAPI:
    """The page and API of the mission at `path`.

    With a `token` every request must carry it. Personal data of the subject is on the page only with `personal`.
    """
    app = FastAPI(title="homeward", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.stopping = False
    modules = page.import_map({name: f"/static/{file.name}" for name, file in page.modules().items()})
    digest = base64.b64encode(hashlib.sha256(modules.encode("utf-8")).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self' data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    app.add_middleware(GZipMiddleware, minimum_size=2000)
    app.add_middleware(Guard, policy=policy, token=token, open_to=PUBLIC, open_policy=ANSWER_POLICY)
    shelf = Shelf(path, personal=personal)
    _page_routes(app, modules)
    _reading_routes(app, path, shelf)
    _event_route(app, path, bench := Bench(lambda: desk.last_seq(path)))
    _handover_routes(app, path, personal=personal)
    _briefing_routes(app, path, personal=personal)
    add_answer_routes(app, path)
    add_code_routes(app, path)
    _verb_routes(app, path, bench, personal=personal)
    _error_handlers(app)
    return app


def _page_routes(app: FastAPI, modules: str) -> None:
    own = {file.name: file for file in (*page.modules().values(), *page.style_sheets())}
    head = "\n".join(
        [
            "<title>homeward</title>",
            '<link rel="stylesheet" href="/vendor/maplibre-gl.css">',
            *(f'<link rel="stylesheet" href="/static/{file.name}">' for file in page.style_sheets()),
            '<script src="/vendor/maplibre-gl.js"></script>',
            f'<script type="importmap">{modules}</script>',
            '<script type="module" src="/static/app.js"></script>',
        ]
    )
    html = page.page_html(head=head, data="")

    @app.get("/")
    def front() -> HTMLResponse:
        return HTMLResponse(html)

    @app.get("/static/{name}")
    def static(name: str) -> FileResponse:
        if name not in own:
            raise HTTPException(404, f"There is no file {name!r} here.")
        return FileResponse(own[name])

    @app.get("/vendor/{name}")
    def vendor(name: str) -> FileResponse:
        if name not in ("maplibre-gl.js", "maplibre-gl.css"):
            raise HTTPException(404, f"There is no file {name!r} here.")
        return FileResponse(page.vendor_folder() / name)


def _reading_routes(app: FastAPI, path: Path, shelf: Shelf) -> None:
    @app.get("/api/mission")
    def mission() -> Response:
        return Response(shelf.mission(), media_type="application/json")

    @app.get("/api/seq")
    def seq() -> dict[str, int]:
        return {"seq": desk.last_seq(path)}

    @app.get("/api/pictures/{name}")
    def picture(name: str) -> Response:
        kind, content = shelf.picture(name)
        return Response(content, media_type=kind, headers={"cache-control": "private, max-age=31536000, immutable"})

    @app.get("/api/documents")
    def documents() -> dict[str, list[str]]:
        return {"names": list(shelf.documents())}

    @app.get("/api/documents/{name:path}")
    def document(name: str) -> Response:
        papers = shelf.documents()
        if name not in papers:
            raise HTTPException(404, f"There is no paper {name!r}. Open the list of papers again.")
        kind, content = papers[name]
        return _download(name.rsplit("/", 1)[-1], content, media_type=kind)

    @app.get("/api/exports/{kind}")
    def export(kind: str) -> Response:
        name, content = shelf.exported(kind)
        return _download(name, content, media_type="application/octet-stream")

    @app.post("/api/markings")
    async def markings(request: Request) -> Response:
        told = checked(Markings, "markings", await _sent(request))
        name, content = await run_in_threadpool(shelf.markings, told)
        return _download(name, content, media_type="application/pdf")

    @app.get("/api/verify")
    def verify() -> dict[str, Any]:
        answer = desk.verify(path)
        return {"text": for_page(answer.text), "data": dict(answer.data)}


def _handover_routes(app: FastAPI, path: Path, *, personal: bool) -> None:
    """The papers of a casualty's latest hand-over; where nothing personal is shown, the desk refuses them."""

    @app.get("/api/handovers/{casualty}")
    def names(casualty: str) -> dict[str, list[str]]:
        return {"names": list(desk.handover_documents(path, casualty, personal=personal))}

    @app.get("/api/handovers/{casualty}/{name}")
    def paper(casualty: str, name: str) -> Response:
        papers = desk.handover_documents(path, casualty, personal=personal)
        if name not in papers:
            raise HTTPException(404, f"There is no paper {name!r}. Open the list of papers again.")
        kind, content = papers[name]
        return _download(name, content, media_type=kind)


def _briefing_routes(app: FastAPI, path: Path, *, personal: bool) -> None:
    """Everybody's page of a briefing; command's, as of now, only where what is personal is shown."""

    @app.get("/api/briefings/{name}")
    def everybody(name: str) -> Response:
        return _download(f"{name}-everybody.pdf", desk.briefing_paper(path, name), media_type="application/pdf")

    @app.post("/api/briefings/command")
    async def command(request: Request) -> Response:
        told = checked(CommandPage, "command's page", await _sent(request))
        paper = await run_in_threadpool(desk.command_paper, path, **told, personal=personal)
        return _download("command.pdf", paper, media_type="application/pdf")


def _download(name: str, content: bytes, *, media_type: str) -> Response:
    saved_as = quote(name, errors="replace")
    return Response(
        content, media_type=media_type, headers={"content-disposition": f"attachment; filename*=UTF-8''{saved_as}"}
    )


async def _sent(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError as err:
        raise BadInput("The request is not JSON. Send an object with the verb's fields.") from err


def _event_route(app: FastAPI, path: Path, bench: Bench) -> None:
    @app.get("/api/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        seen, told, silent_s = -1, 0, BEAT_S
        for earlier in bench.before:  # from before this connection: shown, not announced
            told = earlier.number
            yield ServerSentEvent(event="work", data=earlier.as_event() | {"before": True})
        while not app.state.stopping:
            try:
                seq = await run_in_threadpool(desk.last_seq, path)
            except HomewardError as err:
                yield ServerSentEvent(event="trouble", data={"error": for_page(str(err))})
                await asyncio.sleep(BEAT_S)
                continue
            if seq != seen:
                seen = seq
                yield ServerSentEvent(event="changed", data={"seq": seq})
            work = bench.work
            if work is not None and (work.number != told or (work.state == "running" and silent_s >= BEAT_S)):
                told = work.number
                yield ServerSentEvent(event="work", data=work.as_event())
            if silent_s >= BEAT_S:
                silent_s = 0.0
                yield ServerSentEvent(event="beat", data={"seq": seq})
            await asyncio.sleep(POLL_S)
            silent_s += POLL_S


def _verb_routes(app: FastAPI, path: Path, bench: Bench, *, personal: bool) -> None:
    app.state.uploads = uploads = Uploads()

    def fields_of(verb: str, body: Any) -> dict[str, Any]:
        """The fields of a form, and whether the answer may tell of a casualty's state, or what witnesses said."""
        return read_form(verb, body) | ({"personal": personal} if verb in PRIVATE else {})

    def use(verb: str, body: Any) -> desk.Answer:
        """Carries a verb out; the files that came with it are gone afterwards, whatever became of it."""
        try:
            return do(verb, path, uploads.with_files(fields_of(verb, body)))
        finally:
            uploads.drop(body)

    @app.post("/api/uploads")
    async def upload(name: str, request: Request) -> dict[str, str]:
        return {"upload": await uploads.receive(name, request.stream())}

    @app.post("/api/verbs/{verb}")
    async def act(verb: str, request: Request) -> JSONResponse:
        body = await _sent(request)
        if verb not in LONG or (verb in ANY_TIME and bench.busy):
            return await run_in_threadpool(lambda: _answered(use(verb, body), path, verb))
        fields = fields_of(verb, body)
        came = _begun(bench, path, verb, fields)
        if verb in SOON:
            with suppress(FutureTimeout):
                return await run_in_threadpool(lambda: _answered(came.result(SOON_S), path, verb))
        return JSONResponse({"text": f"Making the {LONG[verb]}. The page shows it when it is done."}, status_code=202)


def _begun(bench: Bench, path: Path, verb: str, fields: dict[str, Any]) -> Future[desk.Answer]:
    """Puts a long verb on the bench; what comes of it is in the future, too."""
    came: Future[desk.Answer] = Future()

    def make(tell: Callable[[float, str], None]) -> desk.Answer:
        try:
            seq = desk.last_seq(path)
            answer = do(verb, path, fields | ({"progress": tell} if verb in TELLS else {}))
            answer = replace(answer, data={**answer.data, "seq": seq}) if verb == "rehearse" else answer
        except BaseException as err:
            came.set_exception(err)
            raise
        came.set_result(answer)
        return answer

    bench.start(LONG[verb], make)
    return came


def _answered(answer: desk.Answer, path: Path, verb: str) -> JSONResponse:
    """An answer as the page takes it; `seq` is how long the log was then, so that what came later can be told."""
    return JSONResponse({"text": for_page(answer.text, verb), "data": dict(answer.data), "seq": desk.last_seq(path)})


def _error_handlers(app: FastAPI) -> None:
    """Every error has one shape: `{"error": "one sentence of fact, one of remedy"}`."""

    @app.exception_handler(HomewardError)
    def refused(request: Request, err: HomewardError) -> JSONResponse:
        verb = request.url.path.removeprefix("/api/verbs/")
        return JSONResponse({"error": for_page(str(err), verb)}, status_code=409 if isinstance(err, NotYet) else 400)

    @app.exception_handler(AnyHTTPException)
    def wrong_address(_request: Request, err: AnyHTTPException) -> JSONResponse:
        return JSONResponse({"error": str(err.detail)}, status_code=err.status_code)

    @app.exception_handler(RequestValidationError)
    def wrong_request(_request: Request, err: RequestValidationError) -> JSONResponse:
        first = err.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"The request does not fit: {field}: {first['msg']}."}, status_code=422)

    @app.exception_handler(Exception)
    def bug(_request: Request, _err: Exception) -> JSONResponse:
        return JSONResponse({"error": BUG}, status_code=500)
