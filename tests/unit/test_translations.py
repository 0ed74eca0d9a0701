"""Two languages: everything that can happen is said in English too, and the check sees gaps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from grc.cases.states import OUTCOME_LABELS, STATUS_LABELS
from grc.core.events import Event
from grc.core.i18n import N_, Text, gettext, ngettext, translate
from grc.intake.queries import OUTCOMES
from grc.intake.reasons import REASONS
from grc.recovery.catalogue import RESULTS, TYPES
from grc.routing.conditions import match
from grc.routing.rule import RoutingInputs, Rule, Then, When
from grc.web.typography import printed
from scripts.catalogue import HEADER, extracted, kept, messages, written
from scripts.check_translations import problems_of_catalogue, problems_of_sources
from scripts.visible_text import in_module, in_template, unmarked

SAME = {"Information", "Source"}  # one word in both languages
LABELS: Mapping[str, Mapping[str, str]] = {
    "statuses": STATUS_LABELS,
    "endings of cases": OUTCOME_LABELS,
    "outcomes of items": OUTCOMES,
    "reasons to examine": REASONS,
    "recovery results": RESULTS,
    "recovery actions": {code: kind.label for code, kind in TYPES.items()},
    "events": {event.code: event.sentence for event in Event},
}


@pytest.mark.parametrize("name", LABELS)
def test_every_label_is_said_in_english(name: str) -> None:
    french = [words for words in LABELS[name].values() if gettext(words, "en") == words]
    assert not set(french) - SAME


_TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("condition", list(When.__dataclass_fields__))
@pytest.mark.parametrize("holds", [True, False])
def test_every_reason_of_routing_is_said_in_english(condition: str, holds: bool) -> None:
    wanted: object = ("apa",) if holds is not (condition == "except_keywords") else ("rsa",)
    if condition in ("since", "until"):
        wanted = _TODAY
    rule = Rule("r", "Règle", When(**{condition: wanted}), Then())
    _, reasons = match(rule, _inputs("apa"))
    assert all(gettext(reason.msgid, "en") != reason.msgid for reason in reasons)


def _inputs(word: str) -> RoutingInputs:
    return RoutingInputs(
        on=_TODAY,
        channel=word,
        source=word,
        request_type=word,
        commune=word,
        territory=word,
        sender_domain=word,
        subject=word,
        text=word,
    )


def test_every_text_can_be_filled_in_both_languages() -> None:
    filling: Mapping[str, str] = defaultdict(lambda: "x")
    for message in messages(kept()):
        for form in (*_forms(message.id), *_forms(message.string)):
            assert "%(" not in form % filling


def _forms(text: object) -> Iterator[str]:
    yield from (text,) if isinstance(text, str) else text  # type: ignore[misc]


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [(0, "0 demande", "0 cases"), (1, "1 demande", "1 case"), (2, "2 demandes", "2 cases")],
)
def test_nothing_is_singular_in_french_and_plural_in_english(
    number: int, french: str, english: str
) -> None:
    for locale, expected in (("fr", french), ("en", english)):
        words = ngettext("%(num)s demande", "%(num)s demandes", number, locale)
        assert words % {"num": number} == expected


def test_the_parts_of_a_sentence_are_translated_with_it() -> None:
    text = Text(N_("Clôturée : %(outcome)s"), {"outcome": Text(N_("réponse donnée"))})
    again = Text.from_json(text.as_json())
    assert translate(again, "fr") == "Clôturée : réponse donnée"
    assert translate(again, "en") == "Closed: answered"


def test_no_text_is_no_text_in_any_language() -> None:
    assert gettext("", "en") == gettext("", "fr") == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Qui a écrit ?", "Qui a écrit\u202f?"),
        ("Règle « %(rule)s » : %(why)s", "Règle «\u202f%(rule)s\u202f»\u202f: %(why)s"),
        ("L'usager l'a vu", "L’usager l’a vu"),
        ("fin d'%(name)s", "fin d’%(name)s"),
        ("Rule '%(rule)s' at 14:05", "Rule '%(rule)s' at 14:05"),
        ("il y a %(days)s j", "il y a %(days)s\u00a0j"),
        (
            "25 Mo, 10 s au plus, 90 %% avant 13 h 30",
            "25\u00a0Mo, 10\u00a0s au plus, 90\u00a0%% avant 13\u00a0h 30",
        ),
        ("%(name)s s’est absentée 2 jours", "%(name)s s’est absentée 2 jours"),
    ],
)
def test_pages_show_texts_as_print_would(typed: str, shown: str) -> None:
    assert printed(typed) == shown


def test_the_check_names_what_is_missing_fuzzy_obsolete_or_unfaithful() -> None:
    sources, english = Catalog(), Catalog(locale="en")
    for french in ("absente", "floue", "le %(on)s", "fin.", ("un", "des")):
        sources.add(french)
    english.add("floue", "blurred", flags={"fuzzy"})
    english.add("le %(on)s", "on %(day)s")
    english.add("fin.", "end")
    english.add(("un", "des"), ("one", ""))
    english.add("ancienne", "old")
    found = [line.split(": ", 1)[1] for line in problems_of_catalogue(sources, english)]
    assert found == [
        "missing: 'absente'",
        "fuzzy: 'floue'",
        "other placeholders: 'le %(on)s'",
        "another ending: 'fin.'",
        "missing: 'un'",
        "obsolete: 'ancienne'",
    ]


def test_the_check_sees_french_that_a_page_shows_unmarked() -> None:
    page = """{# Un commentaire #}<p title="Ouvrir">{{ _("Bien") }} tout <b>{{ name }}</b></p>
<kbd>Entrée</kbd><a aria-label="{{ _('Fermer') }}" class="lien vert">{{ 'Rien du tout' }}</a>
<dt>{{ one }} : {{ two }}</dt>"""
    assert list(in_template(page)) == [
        (1, "Ouvrir"),
        (1, "tout"),
        (3, ":"),
        (2, "Rien du tout"),
    ]


def test_the_check_sees_sentences_the_extraction_cannot_reach() -> None:
    module = """
raise NotFound("Perdue.")
raise NotFound(N_("Trouvée."))
say(f"{a}")
N_(words)
_(words)
_("une " + "autre")
ngettext("un", f"{n} autres", n)
"""
    assert [line for line, _text in in_module(module, {"NotFound"})] == [2, 5, 7, 8]


def test_the_check_sees_french_that_a_view_hands_on_unmarked() -> None:
    module = """
def view():
    \"\"\"Une vue.\"\"\"
    return helper("Pourquoi ?", _("Déjà vu"), ngettext("été", "étés", 2), key="a")
"""
    assert list(unmarked(module)) == [(4, "Pourquoi ?")]


def test_the_folders_of_macros_are_read(tmp_path: Path) -> None:
    (tmp_path / "templates/_macros").mkdir(parents=True)
    (tmp_path / "templates/_macros/ui.html").write_text("{{ _('Prendre') }}")
    (tmp_path / "babel.cfg").write_text("[jinja2: templates/**.html]\n")
    assert [message.id for message in messages(extracted(tmp_path))] == ["Prendre"]
    assert list(problems_of_sources(tmp_path)) == []


def test_the_file_depends_on_the_texts_only() -> None:
    catalog = Catalog(project="x", version="1")
    catalog["Prendre"] = Message("Prendre", "Take", locations=[("a.html", 12)])
    assert written(catalog) == f'{HEADER}#: a.html\nmsgid "Prendre"\nmsgstr "Take"\n\n'
