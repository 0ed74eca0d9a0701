"""Rules told, compared, found hidden, written down: pure."""

from datetime import date, timedelta
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grc.core.i18n import Text, translate
from grc.routing.conditions import match
from grc.routing.difference import difference
from grc.routing.files import read as read_file
from grc.routing.folder import known, read_folder
from grc.routing.rule import RoutingInputs, Rule, Then, When
from grc.routing.rules import RoutingContext, decide
from grc.routing.sentences import Names, sentence
from grc.routing.shadows import hides, shadows
from grc.routing.stored import digest, read, written
from grc.routing.trial import EXAMPLES, Past, begun, tally
from grc.routing.trial import read as read_tally
from grc.routing.writing import to_toml

DEMO = read_folder(Path(__file__).parents[3] / "demo")
DAY = date(2026, 3, 2)
DAYS = (date(2026, 3, 1), DAY, date(2026, 3, 3))
WORDS = ("carte", "carte mobilité", "dossier", "dossier + rsa", "rsa", "allocation", "aide")
DOMAINS = ("gouv.fr", "ars.gouv.fr", "senat.fr")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly nothing: rules of few conditions meet more often."""
    told = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), st.just(()), told)


whens = st.builds(
    When,
    channels=some(("email", "web")),
    sources=some(("apa", "rsa", "contact")),
    request_types=some(("*", "apa", "rsa")),
    territories=some(("t1", "t2")),
    sender_domains=some(DOMAINS),
    subject_keywords=some(WORDS),
    keywords=some(WORDS),
    except_keywords=some(WORDS),
    since=st.one_of(st.none(), st.none(), st.sampled_from(DAYS)),
    until=st.one_of(st.none(), st.none(), st.sampled_from(DAYS)),
)
thens = st.builds(
    Then,
    request_type=st.sampled_from(("", "apa")),
    unit=st.sampled_from(("apa", "territory")),
    priority=st.sampled_from((1, 2, 3)),
    level=st.sampled_from(("", "restricted")),
)
texts = st.lists(st.sampled_from((*WORDS, "bonjour", "mobilité")), max_size=5).map(" ".join)
inputs = st.builds(
    RoutingInputs,
    on=st.sampled_from(DAYS),
    channel=st.sampled_from(("email", "web")),
    source=st.sampled_from(("apa", "rsa", "contact")),
    request_type=st.sampled_from(("", "apa", "rsa")),
    territory=st.sampled_from(("", "t1", "t2")),
    sender_domain=st.sampled_from(("", *DOMAINS, "courriel.example")),
    subject=texts,
    text=texts,
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Rules of which some repeat another, a little narrower: chance alone hides few."""
    made = draw(st.lists(whens, min_size=1, max_size=5))
    if draw(st.booleans()):
        wide = draw(st.sampled_from(made))
        made.append(When(**{**vars_of(wide), "channels": ("email",), "keywords": ("rsa",)}))
    return tuple(Rule(f"r{n}", f"Règle {n}", w, draw(thens)) for n, w in enumerate(made))


def vars_of(when: When) -> dict[str, Any]:
    return {name: getattr(when, name) for name in When.__dataclass_fields__}


@given(lists(), st.lists(inputs, max_size=8))
def test_a_rule_said_to_be_hidden_never_decides(
    rules: tuple[Rule, ...], cases: list[RoutingInputs]
) -> None:
    hidden = shadows(rules)
    for case in cases:
        assert decide(case, rules, RoutingContext("tri")).rule_code not in hidden
        for code, earlier in hidden.items():
            own = next(rule for rule in rules if rule.code == code)
            assert not match(own, case)[0] or match(earlier, case)[0]


def test_words_that_hide_others_do_so_in_every_text() -> None:
    """All pairs of one word or exception, on all texts made of these words."""
    whens = [When(**{name: (w,)}) for w in WORDS for name in ("keywords", "except_keywords")]
    rules = [Rule(f"r{n}", "", when, Then()) for n, when in enumerate(whens)]
    sets = chain.from_iterable(combinations(WORDS, size) for size in range(len(WORDS) + 1))
    cases = [RoutingInputs(DAY, text=" puis ".join(words)) for words in sets]
    taken = {rule.code: {n for n, c in enumerate(cases) if match(rule, c)[0]} for rule in rules}
    pairs = [(one, other) for one, other in product(rules, rules) if hides(one.when, other.when)]
    assert len(pairs) > len(rules)  # each hides itself, and some hide others
    assert all(taken[other.code] <= taken[one.code] for one, other in pairs)


def test_what_hides_a_rule_is_seen_through_words_and_domains() -> None:
    wide = Rule("wide", "", When(keywords=("carte",), sender_domains=("gouv.fr",)), Then())
    narrow = When(keywords=("carte mobilité",), sender_domains=("ars.gouv.fr",))
    assert shadows((wide, Rule("narrow", "", narrow, Then()))) == {"narrow": wide}
    other = When(keywords=("carte mobilité", "dossier"), sender_domains=("ars.gouv.fr",))
    assert not shadows((wide, Rule("other", "", other, Then())))
    spared = Rule("spared", "", When(except_keywords=("dossier + rsa",)), Then())
    refusing = Rule("refusing", "", When(keywords=("aide",), except_keywords=("rsa",)), Then())
    assert shadows((spared, refusing)) == {"refusing": spared}
    both = Rule("both", "", When(except_keywords=("dossier + rsa",)), Then())
    assert not shadows((Rule("one", "", When(except_keywords=("rsa",)), Then()), both))


def test_a_rule_of_some_days_hides_those_of_no_other_day() -> None:
    march = When(since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert hides(march, When(since=date(2026, 3, 2), until=date(2026, 3, 2)))
    assert hides(When(until=date(2026, 3, 31)), march)
    assert not hides(march, When(since=date(2026, 3, 2)))
    assert not hides(march, When())


@given(lists(), st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_what_differs_makes_the_old_list_from_the_new_one(
    old: tuple[Rule, ...], order: list[int], gone: set[int]
) -> None:
    new = tuple(old[n] for n in order if n < len(old) and n not in gone)
    change = difference(old, new)
    assert {rule.code for rule in change.removed} == {r.code for r in old} - {r.code for r in new}
    assert not change.added
    assert not change.changed
    moved = {rule.code for _old, rule in change.moved}
    still = [rule.code for rule in new if rule.code not in moved]
    assert still == [rule.code for rule in old if rule.code in still]  # they kept their order
    assert change.is_empty == (old == new)
    assert difference(old, old).is_empty


def test_moving_one_rule_is_one_move_however_far() -> None:
    rules = DEMO.rules
    last_first = (rules[-1], *rules[:-1])
    assert [rule.code for _old, rule in difference(rules, last_first).moved] == [rules[-1].code]


@given(lists())
def test_a_rule_is_kept_as_json_and_told_the_same(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        again = read(written(rule))
        assert (again.when, again.then, again.label) == (rule.when, rule.then, rule.label)
        told = sentence(rule, Names())
        assert Text.from_json(told.as_json()) == told
        assert "%(" not in translate(told, "fr") + translate(told, "en")
    assert digest(rules) == digest(tuple(read(written(rule)) for rule in rules))


@given(whens, whens, thens, thens)
def test_two_rules_that_differ_are_told_differently(
    one: When, other: When, then: Then, else_: Then
) -> None:
    first, second = Rule("a", "", one, then), Rule("a", "", other, else_)
    same = str(sentence(first, Names())) == str(sentence(second, Names()))
    known = ("*" in one.request_types) and ("*" in other.request_types)  # any is any
    assert same == (written(first) == written(second)) or (same and known)


def test_a_rule_reads_as_a_person_would_say_it() -> None:
    names = Names(sources={"apa": "apa"}, territories={"t12": "Autonomie 12"}, units={"a": "APA"})
    rule = Rule("x", "", When(sources=("apa",), territories=("t12",)), Then(unit="a", priority=1))
    said = str(sentence(rule, names))
    assert said == (
        "Si la boîte est « apa » et le territoire est « Autonomie 12 », "
        "alors elle va à APA, en priorité urgente."
    )
    words = When(keywords=("un", "deux", "trois", "quatre"))
    short = str(sentence(Rule("x", "", words, Then(unit="a")), names, 2))
    assert "« un » ou « deux » ou une des 2 autres valeurs" in short
    dated = Rule("x", "", When(since=DAY, until=date(2026, 3, 31)), Then(unit="a"))
    assert str(sentence(dated, names)) == (
        "Si elle est affectée du 02/03/2026 au 31/03/2026, alors elle va à APA."
    )
    all_else = str(sentence(Rule("x", "", When(), Then(unit="a")), names))
    assert all_else == "Dans tous les autres cas, elle va à APA."


def test_what_is_written_down_is_read_back_as_the_same_rules() -> None:
    here = known(DEMO.organisation, DEMO.request_types, ("email", "web"))
    assert read_file(to_toml(DEMO.rules), here) == DEMO.rules
    odd = Rule(
        "odd", 'Guillemets " et \\ et \x7f', When(keywords=("rsa\t1",), since=DAY, until=DAY),
        Then("apa"), order=1,
    )  # fmt: skip
    assert read_file(to_toml([odd]), here) == (odd,)


def test_a_trial_asks_the_rules_to_come_and_not_those_that_have_ended() -> None:
    """A campaign is tried before its first day; in both lists, so that only changes count."""
    last = DAY - timedelta(days=1)
    dated = {
        "soon": When(since=DAY + timedelta(days=1), until=DAY + timedelta(days=9)),
        "today": When(since=DAY, until=DAY),
        "ended": When(since=last, until=last),
    }
    rest = Rule("rest", "", When(), Then(unit="tri"))
    past = [Past(1, RoutingInputs(DAY), is_shown=True)]
    for code, taken in (("soon", "soon"), ("today", "today"), ("ended", "rest")):
        new = begun([Rule(code, "", dated[code], Then(unit="apa")), rest], DAY)
        assert tally(past, begun([rest], DAY), new, RoutingContext("tri")).hits == {taken: 1}
        assert not tally(past, new, new, RoutingContext("tri")).moves


def test_a_trial_counts_who_would_move_and_names_only_who_may_be_named() -> None:
    old = (Rule("a", "", When(sources=("apa",)), Then(unit="apa")),)
    new = (Rule("b", "", When(keywords=("carte",)), Then(unit="mdph")), *old)
    past = [
        Past(n, RoutingInputs(DAY, source="apa", text="carte" if n % 2 else ""), n != 3)
        for n in range(40)
    ]
    given_ = Past(99, RoutingInputs(DAY, text="carte", given_unit="rh"), is_shown=True)
    found = tally([*past, given_], old, new, RoutingContext("tri"))
    (move,) = found.moves.values()
    assert (move.old, move.new, move.count, found.moved) == ("apa", "mdph", 20, 20)
    assert len(move.cases) == EXAMPLES
    assert 3 not in move.cases
    assert found.hits == {"a": 20, "b": 20}
    assert read_tally(*found.as_json()) == found
    assert (move.unread, found.unread) == (1, {"b": 1})
    told = found.told(few=5)
    assert (told.moved, told.hits) == (19, {"a": 20, "b": 19})  # one unread: as if none
    assert told.moves["apa", "mdph"].cases == move.cases
    urgent = (Rule("a", "", When(sources=("apa",)), Then(unit="apa", priority=1)),)
    stays = tally(past[:2], old, urgent, RoutingContext("tri"))
    assert (stays.moved, stays.changed) == (0, 2)
    unread = [Past(one.case_id, one.inputs, is_shown=False) for one in past]
    lots = tally(unread[:9], old, new, RoutingContext("tri"))
    assert (lots.moved, lots.told(few=5).moves, lots.told(few=4).moved) == (4, {}, 4)
    assert lots.told(few=5).hits == {"a": 5, "b": 0}
    unsure = tally(past[:2], old, (), RoutingContext("tri"))
    assert list(unsure.moves) == [("apa", "?tri")]


def test_what_moved_is_told_by_its_new_neighbour_since_additions_shift_numbers() -> None:
    rules = DEMO.rules
    change = difference(rules, (*rules[1:3], rules[0], *rules[3:]))
    (moved,) = [new for _old, new in change.moved]
    assert change.follows[moved.code].code == rules[2].code
    assert rules[1].code not in change.follows  # now the first of all
