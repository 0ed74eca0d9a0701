"""Who asks the API, and how fast: tokens instead of cookies, so nothing here can be forged
from a browser."""

import threading
import time

from flask import request

from grc.core import clock
from grc.core.db import transaction
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.staff import tokens
from grc.staff.tokens import SCOPE_LABELS, Bearer, Scope
from grc.web.api.problems import Refusal
from grc.web.session import organisation_tree

_REALM = 'Bearer realm="grc"'


def enter(scope: Scope | None) -> Bearer:
    """The script that asks. Raises Refusal: 401, 403 without the scope (None: any token will
    do), 429."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        text = N_("Donnez un jeton : Authorization: Bearer grc_…")
        raise Refusal(401, text, headers={"WWW-Authenticate": _REALM})
    now = clock.now()
    token = tokens.token_of(given.token, now)
    if token is None:
        challenge = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        raise Refusal(401, N_("Ce jeton est inconnu, expiré ou révoqué."), headers=challenge)
    _pace(token.id)
    bearer = tokens.bearer(token, organisation_tree())
    if scope is not None and scope not in bearer.scopes:
        challenge = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'}
        text = N_("Il faut le droit « %(scope)s » : %(label)s.")
        raise Refusal(403, text, headers=challenge, scope=scope, label=SCOPE_LABELS[scope])
    if tokens.is_to_stamp(token, now):
        with transaction():
            tokens.stamp(bearer.token_id, now)
    return bearer


class Bucket:
    """Lets `rate` requests a second through, and twice as many at once after a pause."""

    def __init__(self, rate: float, at: float) -> None:
        self.rate, self.left, self.at = rate, 2 * rate, at

    def wait(self, at: float) -> float:
        """Seconds to wait; 0 when one more may pass, which is then counted."""
        self.left = min(2 * self.rate, self.left + (at - self.at) * self.rate)
        self.at = at
        if self.left < 1:
            return (1 - self.left) / self.rate
        self.left -= 1
        return 0.0


_buckets: dict[tuple[int, int], Bucket] = {}  # one a token and rate; few, and small
_guard = threading.Lock()


def _pace(token_id: int) -> None:
    """Hold a script back that asks too fast. Counted in this process: each has its own."""
    rate, at = settings().api_rate, time.monotonic()
    with _guard:
        bucket = _buckets.setdefault((token_id, rate), Bucket(rate, at))
        wait = bucket.wait(at)
    if wait:
        after = {"Retry-After": str(max(1, round(wait + 0.5)))}
        text = N_("Ce jeton demande trop vite : %(rate)s requêtes par seconde au plus.")
        raise Refusal(429, text, headers=after, rate=rate)
