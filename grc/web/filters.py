"""How dates, sizes and telephone numbers are written. Paris time, in the person's language.

Babel's patterns are slow beside fifty rows, and the same days come back: what depends on a
day only is remembered.
"""

import re
from datetime import date, datetime
from functools import lru_cache

import phonenumbers
from babel.dates import format_date
from flask import Flask

from grc.core.clock import PARIS, paris_date
from grc.intake.whereabouts import FILES
from grc.web.present import locale, now
from grc.web.words import _, ngettext

_DATE = re.compile(r"(?<!\S)20\d\d-\d\d-\d\d(T\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d)?(?![\w-])")
_NEAR = 60  # days: beyond, a date says more than an age


def install(app: Flask) -> None:
    """Give the filters to the templates."""
    for rule in (ago, due_words, day, spoken, at_clock, size_words, source_words):
        app.jinja_env.filters[rule.__name__] = rule
    app.jinja_env.filters["clock"] = at_clock


@lru_cache(maxsize=4096)
def _written(on: date, pattern: str, language: str) -> str:
    return format_date(on, pattern, locale=language)


def _civil(when: date) -> date:
    return paris_date(when) if isinstance(when, datetime) else when


def day(when: date) -> str:
    """lun. 2 mars 2026"""
    return _written(_civil(when), "EEE d MMM y", locale())


def at_clock(when: datetime) -> str:
    """14:05"""
    return when.astimezone(PARIS).strftime("%H:%M")


def moment(when: datetime) -> str:
    """lun. 2 mars 2026, 14:05"""
    return f"{day(when)}, {at_clock(when)}"


def spoken(sentence: str) -> str:
    """A kept sentence, its ISO dates and times written for people; what is no date stays."""
    return _DATE.sub(_spoken_date, sentence)


def _spoken_date(found: re.Match[str]) -> str:
    try:
        if found[1]:
            return moment(datetime.fromisoformat(found[0]))
        return day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def ago(when: datetime) -> str:
    """à l’instant, il y a 12 min, à 9:40, hier, il y a 3 j, then the date"""
    seconds = (now() - when).total_seconds()
    days = (paris_date(now()) - paris_date(when)).days
    if seconds < 60 and days == 0:
        return _("à l’instant")
    if days == 0 and seconds < 3600:
        return _("il y a %(minutes)s min", minutes=int(seconds // 60))
    if days == 0:
        return _("à %(time)s", time=at_clock(when))
    if days == 1:
        return _("hier")
    if days < _NEAR:
        return _("il y a %(days)s j", days=days)
    return _written(paris_date(when), "d MMM y", locale())


def due_words(on: date) -> str:
    """en retard de 3 j, aujourd’hui, demain, avant ven. 6 mars"""
    days = (on - paris_date(now())).days
    if days < 0:
        return ngettext("en retard de %(num)s j", "en retard de %(num)s j", -days)
    if days < 2:
        return _("demain") if days else _("aujourd’hui")
    far = on.year != paris_date(now()).year
    return _("avant %(day)s", day=_written(on, "d MMM y" if far else "EEE d MMM", locale()))


def size_words(size: int) -> str:
    """640 o, 12 ko, 1,2 Mo"""
    if size < 1000:
        return _("%(size)s o", size=size)
    if size < 1_000_000:
        return _("%(size)s ko", size=round(size / 1000))
    number = f"{size / 1_000_000:.1f}"
    return _("%(size)s Mo", size=number.replace(".", ",") if locale() == "fr" else number)


def phone(e164: str) -> str:
    """06 12 34 56 78; a number from abroad keeps its country."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    formats = phonenumbers.PhoneNumberFormat
    kind = formats.NATIONAL if number.country_code == 33 else formats.INTERNATIONAL
    return str(phonenumbers.format_number(number, kind))


def source_words(source: str) -> str:
    """The name of a source; what came in without a mailbox says that it came from files."""
    return _("Fichiers") if source == FILES else source
