"""Load the catalogue: a new version for each request type and canned reply that changed."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from grc.catalogue import models
from grc.catalogue.canned import Canned
from grc.catalogue.files import RequestType
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.organisation.loading import LoadReport, finish, sync_versions


def load(
    types: Iterable[RequestType], *, actor: Actor, now: datetime, force: bool = False
) -> LoadReport:
    """Make the current versions say what the file says, inside the caller's transaction.

    The same file again changes nothing; a type that left the file ends today. What was written
    on a screen is taken back only with `force`.
    """
    rows = map(columns, types)
    report = sync_versions(models.RequestType, "request_type", rows, paris_date(now), force=force)
    return finish("catalogue", report, actor=actor, now=now)


def load_canned(
    replies: Iterable[Canned], *, actor: Actor, now: datetime, force: bool = False
) -> LoadReport:
    """The same for canned replies."""
    rows = (asdict(item) | {"request_types": list(item.request_types)} for item in replies)
    report = sync_versions(models.CannedReply, "canned_reply", rows, paris_date(now), force=force)
    return finish("canned", report, actor=actor, now=now)


def columns(item: RequestType) -> dict[str, Any]:
    """What a row keeps of a type."""
    values = asdict(item)
    values["form"] = item.form.as_json() if item.form else None
    values["documents"] = [asdict(one) for one in item.documents]
    values["keywords"] = "\n".join(item.keywords)
    values["unit_code"] = values.pop("unit")
    values["administration_code"] = values.pop("administration")
    return values
