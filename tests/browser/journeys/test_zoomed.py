"""One page of each kind at 200 % on a small screen, in the colours of the system: nothing is lost
at the side, and what has the focus is seen, whatever sticks to the edges (WCAG 1.4.10, 2.4.11)."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.desk import WIDER_THAN_SCREEN
from tests.browser.journeys.house import House
from tests.browser.journeys.tour import TOUR, go

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

pytestmark = pytest.mark.browser
STOPS = {stop.name: stop for stop in TOUR}
KINDS = {
    "file": "a list",
    "recherche-filtree": "a list with filters",
    "a-affecter": "a list with acts in its rows",
    "demande": "a case",
    "reaffecter": "an act",
    "appel": "a call",
    "accueil": "two columns",
    "departs": "tables and forms",
    "comptes": "a table",
    "nature": "a long form",
    "statistiques": "figures",
    "pilotage": "a wide table",
    "regles-brouillon": "a workshop",
    "preferences": "choices",
    "demarche": "a form of citizens",
}
HALF: "ViewportSize" = {"width": 683, "height": 384}  # of 1366 by 768, the screen of most desks
# Each in turn takes the focus, which scrolls to it; then it must be what the screen shows there.
UNSEEN = """() => {
  const ringed = (e) => {
    const style = getComputedStyle(e);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const found = [];
  const says = (what, e) => found.push(what + e.outerHTML.slice(0, 120));
  for (const e of document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.disabled || e.tabIndex < 0) continue;
    e.focus();
    if (document.activeElement !== e) { says('takes no focus: ', e); continue; }
    const near = [e, e.nextElementSibling];
    for (let up = e, i = 0; i < 4; i += 1) near.push(up = up?.parentElement);
    if (!near.some((one) => one && one !== document.body && ringed(one))) says('no ring: ', e);
    const box = [e, e.closest('label')].map((one) => one?.getClientRects()[0])
      .find((one) => one && one.width > 2);
    if (!box) continue;  // heard, not seen
    const x = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const y = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const at = ([a, b], share) => a + (b - a) * share;
    const seen = x[0] < x[1] && y[0] < y[1] && [0.1, 0.5, 0.9].some((share) => {
      const hit = document.elementFromPoint(at(x, share), at(y, 0.5));
      return hit && (e.contains(hit) || hit.closest('label')?.contains(e)
        || hit.closest('.row, .search-box, .compose-kind')?.contains(e));
    });
    if (!seen) says('out of sight: ', e);
  }
  return found;
}"""


@pytest.mark.parametrize("name", KINDS)
def test_what_has_the_focus_is_seen_at_200_per_cent_in_forced_colours(
    house: House, sit: Sit, name: str
) -> None:
    stop = STOPS[name]
    desk = sit(house, stop.login, forced_colors="active")
    desk.page.set_viewport_size(HALF)
    assert go(desk.page, house.address, stop) == stop.status
    assert not desk.page.evaluate(WIDER_THAN_SCREEN)
    desk.page.keyboard.press("Tab")  # from here on rings are drawn
    assert desk.page.evaluate(UNSEEN) == []
