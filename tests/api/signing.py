"""What schemathesis does with the events of an exchange: it signs them, as an exchange would."""

import time

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

from grc.web.api.phone import SIGNATURE, TIMESTAMP, signature

SECRET = "schemathesis-" * 4


class Exchange(AuthBase):
    """Signs the body as it will be sent; a timestamp that could be one becomes that of now."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        given = request.headers.get(TIMESTAMP)
        if given is None:
            return request  # that it is missing is what is tried
        told = given.decode("latin-1") if isinstance(given, bytes) else given
        if told.isascii() and told.isdecimal():
            told = request.headers[TIMESTAMP] = str(int(time.time()))
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        request.headers[SIGNATURE] = signature(SECRET, told, raw)
        return request


schemathesis.auth.set_from_requests(Exchange()).apply_to(path="/phone/events")
