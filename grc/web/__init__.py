"""The back-office: thin views. `install` is called once by the factory."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from grc.core.settings import Settings
from grc.web import (
    absences,
    addresses,
    administration,
    agenda,
    api,
    assets,
    auth,
    bulk,
    call_backs,
    calls,
    cases,
    correspondence,
    counter,
    coverage,
    danger,
    departures,
    duty,
    entry,
    errors,
    exceptional,
    exporting,
    filters,
    guard,
    handing,
    headers,
    help,
    incoming,
    indexing,
    intake,
    interview,
    journal,
    key_figures,
    mail,
    once,
    people,
    preferences,
    present,
    public,
    readings,
    recovery,
    registers,
    rule,
    rules,
    search,
    session,
    slips,
    statistics,
    steering,
    texts,
    to_see,
    training,
    trials,
    views,
    who_read,
    words,
    work,
)

VIEWS = (
    auth,
    work,
    bulk,
    cases,
    search,
    views,
    exporting,
    intake,
    entry,
    mail,
    indexing,
    handing,
    registers,
    correspondence,
    departures,
    danger,
    duty,
    to_see,
    calls,
    call_backs,
    counter,
    slips,
    agenda,
    interview,
    recovery,
    steering,
    absences,
    coverage,
    statistics,
    key_figures,
    rules,
    rule,
    trials,
    exceptional,
    journal,
    who_read,
    administration,
    texts,
    people,
    preferences,
    training,
    help,
    public,
)
_LARGEST_FORM = 2_000_000  # bytes


def install(app: Flask) -> None:
    """Register what the browser sees."""
    settings: Settings = app.extensions["grc.settings"]
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    app.request_class = incoming.Incoming
    app.url_map.converters.update(int=addresses.Number, default=incoming.Segment)
    app.jinja_env.globals["training"] = settings.training
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.production:  # one proxy in front, which replaces these headers
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    present.install(app)
    words.install(app)
    filters.install(app)
    session.install(app)
    entry.install(app)
    interview.install(app)
    cases.install(app)
    public.install(app)
    # Before the guard: a forged form is refused whoever sends it. Tokens are no cookies.
    csrf = CSRFProtect(app)
    csrf.exempt(api.bp)
    csrf.exempt(public.bp)  # no session there: nothing a forged form could use
    guard.install(app, auth.sign_in_again)
    headers.install(app)
    errors.install(app)
    once.install(app)
    readings.install(app)
    assets.install(app)
    for module in (*VIEWS, api):
        app.register_blueprint(module.bp)
