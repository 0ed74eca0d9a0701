"""A routing rule and what it looks at. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from grc.routing.keywords import KeywordList, StemmedText

ANY = "*"  # as a request type: any, provided that one is known
NORMAL_PRIORITY = 2


@dataclass(frozen=True)
class When:
    """The conditions of a rule. An empty one always holds."""

    channels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # names of mailboxes
    request_types: tuple[str, ...] = ()  # already known before routing; "*" is any
    communes: tuple[str, ...] = ()  # INSEE codes
    territories: tuple[str, ...] = ()
    sender_domains: tuple[str, ...] = ()  # "gouv.fr" also means "hauts-de-seine.gouv.fr"
    subject_keywords: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # in the subject or the body
    except_keywords: tuple[str, ...] = ()  # none of these in the subject or the body
    since: date | None = None  # the day of the routing: not before this one
    until: date | None = None  # nor after this one

    def holds_on(self, day: date) -> bool:
        """True within the dates of the rule, both days included."""
        return (self.since or date.min) <= day <= (self.until or date.max)

    @cached_property
    def parsed(self) -> Mapping[str, KeywordList]:
        """The keywords of each list, stemmed once for all."""
        lists = ("subject_keywords", "keywords", "except_keywords")
        return {name: KeywordList(getattr(self, name)) for name in lists}


@dataclass(frozen=True)
class Then:
    """What a rule decides. Empty: as the request type says."""

    request_type: str = ""
    unit: str = ""  # a unit code, or "territory"
    priority: int = NORMAL_PRIORITY  # 1 urgent, 2 normal, 3 low
    level: str = ""


@dataclass(frozen=True)
class Rule:
    """One version of a rule, in force from a day until the day before `valid_to`."""

    code: str
    label: str
    when: When
    then: Then
    version: int = 1
    order: int = 0
    valid_from: date = date.min
    valid_to: date | None = None


@dataclass(frozen=True)
class RoutingInputs:
    """What is known of a case. `on` is the civil date of the routing."""

    on: date
    channel: str = ""
    source: str = ""
    request_type: str = ""
    subject: str = ""
    text: str = ""
    commune: str = ""  # INSEE code
    commune_name: str = ""
    territory: str = ""
    sender_domain: str = ""
    mailbox_unit: str = ""  # the unit that owns the source: the fallback when there is one
    given_unit: str = ""  # the unit the item itself names: no rule is asked
    given_by: str = ""  # how it was named, in French; "": by the data of another system

    @cached_property
    def in_subject(self) -> StemmedText:
        """The subject, stemmed once."""
        return StemmedText(self.subject)

    @cached_property
    def in_all(self) -> StemmedText:
        """Subject and body, stemmed once."""
        return StemmedText(f"{self.subject}\n{self.text}")
