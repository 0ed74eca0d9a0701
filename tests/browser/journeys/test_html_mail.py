"""The HTML of a stranger: shown, with nothing run, and nothing asked from anywhere."""

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.house import House

pytestmark = pytest.mark.browser
HTML = """<html><head><style>@import url(http://suivi.example/a.css);
  p { background: url(http://suivi.example/fond.png) }</style>
  <link rel="stylesheet" href="http://suivi.example/b.css">
  <meta http-equiv="refresh" content="0; url=http://suivi.example/">
  <base href="http://suivi.example/"></head>
<body background="http://suivi.example/c.png" onload="location='http://suivi.example/js'">
  <p style="background-image: url('http://suivi.example/d.png')">Ma <b>demande</b> en couleurs</p>
  <img src="http://suivi.example/photo.jpg" srcset="http://suivi.example/2x.jpg 2x" alt="la photo">
  <img src="http://suivi.example/pixel?qui=moi" width="1" height="1">
  <video poster="http://suivi.example/v.png" src="http://suivi.example/v.mp4" autoplay></video>
  <object data="http://suivi.example/o"></object><iframe src="http://suivi.example/f"></iframe>
  <svg><image href="http://suivi.example/s.png"/></svg>
  <script>fetch('http://suivi.example/script')</script>
</body></html>"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_asked_from_anywhere(house: House, sit: Sit, language: str) -> None:
    house.speak(language)
    desk = sit(house, "agent.tri")
    desk.open(house.new_case(html=HTML))
    desk.page.locator(".message a[href$='/mise-en-page']").click()
    frame = desk.page.frame_locator(".mail-frame")
    assert frame.locator("b").inner_text() == "demande"
    desk.check()  # a request to another machine is a trouble
