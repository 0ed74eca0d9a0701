"""One page of a PDF as a picture to be looked at. Runs in a process that may be killed."""

import io
from pathlib import Path
from typing import Any

from grc.parsing import scans
from grc.parsing.limits import LimitExceeded
from grc.parsing.scans import BadScan, ScanLimits

WIDTHS = (800, 1200, 1800)  # pixels: the whole page, read at ease, a detail
ROTATIONS = (0, 90, 180, 270)  # degrees, clockwise
_INCHES = 8.27  # the width of an A4 page


def draw(parameters: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The PNG of a page (from 0) `width` pixels wide before it is turned; `refused` when the
    page cannot be drawn."""
    width, page = parameters["width"], parameters["page"]
    try:
        with scans.opened(Path(parameters["path"]), ScanLimits()) as scan:
            if page >= scan.pages:
                return {"refused": "no_page"}, []
            picture = scan.picture(page, round(width / _INCHES))
    except (BadScan, LimitExceeded) as error:
        return {"refused": error.code}, []
    kept = io.BytesIO()
    picture.rotate(-parameters["rotation"], expand=True).save(kept, "PNG")
    return {}, [kept.getvalue()]
