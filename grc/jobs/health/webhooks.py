"""The programs that are told what happens: does each take it?"""

from datetime import timedelta

from grc.core.db import end_read
from grc.core.i18n import N_
from grc.jobs.health.look import Look
from grc.webhooks import service
from grc.webhooks.models import Webhook

FAILING = timedelta(hours=1)  # a receiver may be restarted


def webhooks(look: Look) -> None:
    """Those that are switched off, and those that have failed for a while."""
    look.facts["webhooks"] = []
    for webhook, waiting in service.faring():
        _note(look, webhook, waiting)
    end_read()


def _note(look: Look, webhook: Webhook, waiting: int) -> None:
    since, off_at = webhook.failing_since, webhook.off_at
    look.facts["webhooks"].append(
        {
            "name": webhook.name,
            "waiting": waiting,
            "failing_since": since.isoformat(timespec="seconds") if since else None,
            "off_at": off_at.isoformat(timespec="seconds") if off_at else None,
        }
    )
    if off_at is not None:
        look.error(
            "webhooks",
            N_("Le webhook %(name)s est coupé (%(why)s) : corrigez, puis "
               "« grc webhook enable %(name)s »."),
            name=webhook.name,
            why=webhook.off_why,
        )  # fmt: skip
    elif since is not None and look.now - since > FAILING:
        text = N_("Le webhook %(name)s échoue depuis %(hours)s heures : « grc webhook test ».")
        hours = int((look.now - since).total_seconds() // 3600)
        look.warn("webhooks", text, name=webhook.name, hours=hours)
