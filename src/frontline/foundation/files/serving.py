"""Giving files out: as a download that no browser interprets, pictures also inside a page."""

from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import content_disposition_header

from frontline.foundation.files.sniff import PICTURES, UNKNOWN
from frontline.foundation.files.usecases import open_file
from frontline.foundation.models import StoredFile

#: nothing of it runs, loads or is framed elsewhere, even when somebody gets it to open as a page
POLICY = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors 'none'"
PICTURE_POLICY = "default-src 'none'; img-src 'self'; sandbox"
#: never sent under their own type, so that nothing opens them as a page or starts them
_ACTIVE = ("text/html", "image/svg+xml", "application/xml", "text/x-script", "application/x-")


def download(request: HttpRequest, file: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """The response for a file that the caller has checked the reader may have.

    `inline` is granted to pictures only (by what they are, not by what they are called). Raises FileHeld, ContentGone.
    """
    show = inline and file.mime in PICTURES
    tag = f'"{file.sha256}{"-i" if show else ""}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = FileResponse(open_file(file), content_type=_served_as(file.mime))
    response.headers["Content-Length"] = str(file.size)
    disposition = content_disposition_header(as_attachment=not show, filename=file.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY if show else POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["ETag"] = tag
    return response


def _served_as(mime: str) -> str:
    if mime == "text/plain":
        return "text/plain; charset=utf-8"
    return UNKNOWN if mime.startswith(_ACTIVE) else mime
