"""The built page: hashed files for ever, the pages themselves always fresh, compressed ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from signaling.api.answers import services_of
from video_advice.refusals import Refusal, Refused

_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER: Final = "public, max-age=31536000, immutable"


async def patient(request: Request) -> Response:
    """Return the patient's page."""
    return _page(request, "index.html")


async def nurse(request: Request) -> Response:
    """Return the nurse's page."""
    return _page(request, "nurse.html")


async def root_file(request: Request) -> Response:
    """Return one of the few files beside the pages: manifest, icons, robots.txt."""
    name = request.path_params["name"]
    path = Path(services_of(request).settings.page_dir) / name
    if name.endswith(".html") or name.startswith(".") or "/" in name or not _is_file(path):
        raise Refused(Refusal.NOT_FOUND_PAGE)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


def _page(request: Request, name: str) -> Response:
    path = Path(services_of(request).settings.page_dir) / name
    if not path.is_file():
        raise Refused(Refusal.NOT_FOUND_PAGE)
    return _compressed(request.headers.get("accept-encoding", ""), path, "no-cache", "text/html")


def _is_file(path: Path) -> bool:
    """Say whether there is such a file; a name that no file can have is only one more without."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _compressed(accepted: str, path: Path, caching: str, kind: str | None) -> Response:
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    for encoding, ending in _ENCODINGS:
        smaller = path.with_name(path.name + ending)
        if encoding in accepted and smaller.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(smaller, headers=headers, media_type=kind or _kind(path))
    return FileResponse(path, headers=headers, media_type=kind)


def _kind(path: Path) -> str | None:
    return FileResponse(path).media_type


class Assets(StaticFiles):
    """Files whose names hold a hash of their content."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file, compressed if the browser can read it."""
        request = Request(scope)
        if request.method not in {"GET", "HEAD"}:
            raise Refused(Refusal.WRONG_METHOD)
        try:
            found, _ = self.lookup_path(self.get_path(scope))
        except (OSError, ValueError):
            found = ""
        if not found or not _is_file(Path(found)):
            raise Refused(Refusal.NOT_FOUND_PAGE)
        accepted = request.headers.get("accept-encoding", "")
        response = _compressed(accepted, Path(found), _FOR_EVER, None)
        await response(scope, receive, send)
