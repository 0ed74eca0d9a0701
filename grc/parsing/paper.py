"""What every sheet of paper shares: a typst template filled in, a QR code to print. Pure.

Only the fonts that come with typst are used, so that the same words give the same bytes on any
machine; every PDF is tagged for those who have it read aloud (PDF/UA-1).
"""

import io
import json
from collections.abc import Mapping


def pdf(template: str, told: Mapping[str, object], *, lasts: bool = False) -> bytes:
    """The PDF of a template, which reads `told` as `json(bytes(sys.inputs.told))`; `lasts` for
    what is kept for years (PDF/A-2a)."""
    import typst  # 80 MB that only this needs

    made: bytes = typst.compile(
        template.encode(),
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"told": json.dumps(told)},
        pdf_standards=["a-2a", "ua-1"] if lasts else ["ua-1"],
    )
    return made


def code(text: str, *, error: str = "m") -> str:
    """A QR code as SVG; `error` is how much of it may be lost: m for 15 %, h for 30 %."""
    import segno

    picture = io.BytesIO()
    segno.make(text, error=error, micro=False).save(picture, kind="svg", border=4, xmldecl=False)
    return picture.getvalue().decode()
