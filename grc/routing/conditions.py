"""Does a rule match, and if not, what is missing? Pure."""

from collections.abc import Iterator, Sequence

from grc.core.i18n import N_, Text
from grc.routing.rule import ANY, RoutingInputs, Rule, When

_SHOWN = 4  # keywords named in a reason; a sentence must stay readable

# Condition, input, why it holds, why not.
_FACTS = (
    ("channels", "channel", N_("canal « %(value)s »"), N_("canal autre que %(wanted)s")),
    ("sources", "source", N_("boîte « %(value)s »"), N_("boîte autre que %(wanted)s")),
    (
        "request_types",
        "request_type",
        N_("nature de demande « %(value)s »"),
        N_("nature de demande autre que %(wanted)s"),
    ),
    ("communes", "commune", N_("commune : %(value)s"), N_("commune hors de la liste")),
    (
        "territories",
        "territory",
        N_("territoire « %(value)s »"),
        N_("territoire autre que %(wanted)s"),
    ),
)


def match(rule: Rule, inputs: RoutingInputs) -> tuple[bool, tuple[Text, ...]]:
    """Whether a rule matches, with a reason for each condition; the last says why not."""
    reasons: list[Text] = []
    for holds, reason in _conditions(rule, inputs):
        reasons.append(reason)
        if not holds:
            return False, tuple(reasons)
    return True, tuple(reasons) or (Text(N_("cette règle prend tout le reste")),)


def _conditions(rule: Rule, inputs: RoutingInputs) -> Iterator[tuple[bool, Text]]:
    """Each condition of a rule with its reason; the cheap ones first."""
    ended = rule.valid_to is not None and inputs.on >= rule.valid_to
    if ended or inputs.on < rule.valid_from:
        yield False, Text(N_("règle pas en vigueur ce jour"))
    if rule.when.since or rule.when.until:
        params = {"dates": days(rule.when)}
        told = N_("règle %(dates)s"), N_("règle valable seulement %(dates)s")
        holds = rule.when.holds_on(inputs.on)
        yield holds, Text(told[0] if holds else told[1], params)
    for condition, name, yes, no in _FACTS:
        if wanted := getattr(rule.when, condition):
            yield _among(wanted, getattr(inputs, name), _shown(name, inputs), yes, no)
    if rule.when.sender_domains:
        yield _from_domain(rule.when.sender_domains, inputs.sender_domain)
    yield from _keyword_conditions(rule.when, inputs)


def days(when: When) -> Text:
    """The dates of a rule, as they are read; those of a rule without dates are never asked."""
    first, last = (f"{day:%d/%m/%Y}" if day else "" for day in (when.since, when.until))
    if not last:
        return Text(N_("à partir du %(first)s"), {"first": first})
    if not first:
        return Text(N_("jusqu'au %(last)s"), {"last": last})
    return Text(N_("du %(first)s au %(last)s"), {"first": first, "last": last})


def _among(wanted: tuple[str, ...], value: str, shown: str, yes: str, no: str) -> tuple[bool, Text]:
    if value and (value in wanted or ANY in wanted):
        return True, Text(yes, {"value": shown})
    return False, Text(no, {"wanted": _some(wanted)})


def _shown(name: str, inputs: RoutingInputs) -> str:
    return (name == "commune" and inputs.commune_name) or str(getattr(inputs, name))


def _from_domain(wanted: tuple[str, ...], domain: str) -> tuple[bool, Text]:
    if any(domain == known or domain.endswith(f".{known}") for known in wanted):
        return True, Text(N_("expéditeur de %(domain)s"), {"domain": domain})
    return False, Text(N_("expéditeur hors de %(wanted)s"), {"wanted": _some(wanted)})


def _keyword_conditions(when: When, inputs: RoutingInputs) -> Iterator[tuple[bool, Text]]:
    if when.subject_keywords:
        found = inputs.in_subject.found(when.parsed["subject_keywords"])
        yes, no = N_("mots-clés dans l'objet : %(words)s"), N_("objet sans : %(words)s")
        yield _one_of(when.subject_keywords, found, yes, no)
    if when.keywords:
        found = inputs.in_all.found(when.parsed["keywords"])
        yes, no = N_("mots-clés trouvés : %(words)s"), N_("mots-clés absents : %(words)s")
        yield _one_of(when.keywords, found, yes, no)
    if when.except_keywords and (found := inputs.in_all.found(when.parsed["except_keywords"])):
        yield False, Text(N_("mots-clés exclus présents : %(words)s"), {"words": _some(found)})


def _one_of(
    wanted: tuple[str, ...], found: tuple[str, ...], yes: str, no: str
) -> tuple[bool, Text]:
    return bool(found), Text(yes if found else no, {"words": _some(found or wanted)})


def _some(values: Sequence[str]) -> str:
    return ", ".join(values[:_SHOWN]) + ("…" if len(values) > _SHOWN else "")
