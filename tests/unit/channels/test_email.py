"""What the e-mail adapter understands of our sample of awkward mail."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc.channels.email import EmailChannel
from grc.channels.protocol import Automatic, ChannelError, Request, Sender
from grc.channels.testing import check_channel
from grc.parsing.limits import Limits

SAMPLES = Path(__file__).parents[2] / "samples/email"
SHARED = Path(__file__).parents[4] / "shared/samples/mail"
EMAIL = EmailChannel()


def read(name: str) -> Request:
    (request,) = EMAIL.read((SAMPLES / name).read_bytes())
    return request


def read_bytes(raw: bytes) -> Request:
    (request,) = EMAIL.read(raw)
    return request


def reason(raw: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ChannelError) as caught:
        EmailChannel(limits or Limits()).read(raw)
    assert caught.value.detail
    return caught.value.reason


def hints(request: Request) -> list[tuple[str, str]]:
    return [(hint.kind, hint.value) for hint in request.hints]


def facts(request: Request) -> list[tuple[str, str]]:
    return [(fact.kind, fact.source) for fact in request.facts]


def test_latin_1_without_a_charset() -> None:
    request = read("accents-sans-charset.eml")
    assert request.subject == "RSA coupé depuis février"
    assert "J'élève seule mes deux enfants" in request.text
    assert request.sender == Sender(email="nadia.berthelot@courriel.example")
    assert request.recipients == ("solidarites@departement.example",)
    assert hints(request) == [("phone", "+33612345678"), ("postcode", "92230")]
    assert request.hints[0].why == "Le numéro +33612345678 est écrit dans le message."


def test_reception_is_the_topmost_received_header() -> None:
    request = read("accents-sans-charset.eml")
    assert facts(request) == [("received", "received_header"), ("sent", "date_header")]
    assert request.facts[0].at == datetime(2026, 3, 3, 7, 41, 7, tzinfo=UTC)
    assert request.sent_at == datetime(2026, 3, 3, 7, 40, 55, tzinfo=UTC)


def test_without_received_the_date_header_is_said_to_be_the_source() -> None:
    assert facts(read("destinataires-caches.eml"))[0] == ("received", "date_header")


def test_an_absurd_date_is_no_date() -> None:
    request = read("date-absurde.eml")
    assert request.sent_at is None
    assert request.message_id is None
    assert facts(request) == [("received", "received_header")]


def test_neither_date_nor_identifier() -> None:
    request = read("sans-date-ni-identifiant.eml")
    assert (request.sent_at, request.message_id, request.facts) == (None, None, ())
    assert "domiciliation" in request.text


def test_a_reply_gives_back_our_token_and_reference() -> None:
    request = read("iphone-reponse.eml")
    assert hints(request) == [
        ("our_token", "Zm9vYmFyMTIzNDU2"),
        ("reference", "D-2026-0000123-K"),
    ]
    assert request.references[-1] == "grc.Zm9vYmFyMTIzNDU2.7@departement.example"
    assert request.text == (
        "Bonjour,\n\nVoici l’attestation demandée, je l’envoie ce soir par la poste."
    )
    assert request.quoted_text.startswith("Envoyé de mon iPhone\n\n> Le 3 mars 2026")


def test_outlook_without_a_plain_part() -> None:
    request = read("outlook-html-seul.eml")
    assert request.subject == "TR: Situation de Mme Lefèvre – relogement urgent"
    assert "hébergée chez un tiers jusqu’au 15 mars" in request.text
    assert request.quoted_text.startswith("De : Lucie Lefèvre")
    assert "suivi.example" not in (request.html or "")
    assert 'data-cid="logo@mairie"' in (request.html or "")
    (logo,) = request.attachments
    assert (logo.content_id, logo.inline) == ("logo@mairie", True)
    assert "Des images distantes ont été bloquées." in request.warnings
    assert request.recipients[1] == "helene.dupuis@mairie.example"


@pytest.mark.parametrize(
    ("name", "own", "folded"),
    [
        ("gmail-attribution-coupee.eml", "Merci, la visite", "Le jeu. 5 mars 2026"),
        ("webmail-message-du.eml", "Bonjour,\nje ne pourrai", "> Message du 06/03/26"),
        ("signe.eml", "Au nom de mon client", "-- \nSarah Cohen"),
        ("objet-piege.eml", "Le maire a écrit : « votre demande", ""),
    ],
)
def test_history_and_signatures_are_folded(name: str, own: str, folded: str) -> None:
    request = read(name)
    assert request.text.startswith(own)
    assert request.quoted_text.startswith(folded)
    assert bool(request.quoted_text) == bool(folded)


def test_file_names_and_types_are_not_believed() -> None:
    assert [(a.filename, a.content_type) for a in read("noms-de-fichiers.eml").attachments] == [
        ("certificat médical de M. Ollivier (page 1).pdf", "application/pdf"),
        ("photognp.exe", "image/png"),
        ("attestation d'hébergement.pdf", "application/pdf"),
    ]


def test_a_forwarded_message_is_kept_bit_for_bit() -> None:
    (inner,) = read("message-joint.eml").attachments
    assert inner.content_type == "message/rfc822"
    assert inner.filename == "Aide à domicile.eml"
    assert inner.data in (SAMPLES / "message-joint.eml").read_bytes()
    assert read_bytes(inner.data).sender.email == "odette@courriel.example"


@pytest.mark.parametrize(
    ("name", "status", "permanent"),
    [("rebond-definitif.eml", "5.1.1", True), ("rebond-temporaire.eml", "4.4.1", False)],
)
def test_a_delivery_report(name: str, status: str, permanent: bool) -> None:
    request = read(name)
    assert request.automatic is Automatic.BOUNCE
    assert request.bounce is not None
    assert request.bounce.message_id == "grc.Zm9vYmFyMTIzNDU2.12@departement.example"
    assert request.bounce.recipient == "marie.lopez@courriel.example"
    assert (request.bounce.status, request.bounce.permanent) == (status, permanent)
    assert status in request.bounce.diagnostic


def test_a_delivery_report_in_prose() -> None:
    bounce = read("rebond-en-prose.eml").bounce
    assert bounce is not None
    assert (bounce.message_id, bounce.recipient, bounce.status, bounce.permanent) == (
        "grc.QWJjZGVmZ2hpams.4@departement.example",
        "paul.girard@fai.example",
        "5.2.2",
        True,
    )


def test_a_report_of_success_is_no_bounce() -> None:
    raw = (
        (SAMPLES / "rebond-definitif.eml")
        .read_bytes()
        .replace(b"Action: failed", b"Action: relayed")
    )
    request = read_bytes(raw)
    assert (request.automatic, request.bounce) == (Automatic.AUTO_REPLY, None)


def mail(*lines: str) -> bytes:
    return "\n".join(["From: a@b.example", *lines, "", "Bonjour"]).encode()


@pytest.mark.parametrize(
    ("lines", "automatic"),
    [
        ([], Automatic.NO),
        (["Auto-Submitted: no"], Automatic.NO),
        (["Auto-Submitted: auto-generated"], Automatic.AUTO_REPLY),
        (["X-Auto-Response-Suppress: OOF"], Automatic.AUTO_REPLY),
        (["X-Auto-Response-Suppress: None"], Automatic.NO),
        (["X-Autoreply: yes"], Automatic.AUTO_REPLY),
        (["Precedence: auto_reply"], Automatic.AUTO_REPLY),
        (["Return-Path: <>"], Automatic.AUTO_REPLY),
        (["Return-Path: <a@b.example>"], Automatic.NO),
        (["Subject: Absent du bureau"], Automatic.NO),
        (["Subject: Absent du bureau", "X-Autorespond: x"], Automatic.AUTO_REPLY),
        (["Precedence: list"], Automatic.BULK),
        (["List-Unsubscribe: <mailto:x@y.example>"], Automatic.BULK),
        (["Precedence: bulk", "Auto-Submitted: auto-replied"], Automatic.AUTO_REPLY),
        (["Content-Type: multipart/report; report-type=disposition-notification; boundary=x"],
         Automatic.AUTO_REPLY),
    ],
)  # fmt: skip
def test_who_wrote(lines: list[str], automatic: Automatic) -> None:
    assert read_bytes(mail(*lines)).automatic is automatic


@pytest.mark.parametrize(
    ("name", "automatic"),
    [
        ("absence-automatique.eml", Automatic.AUTO_REPLY),
        ("lettre-information.eml", Automatic.BULK),
        ("formulaire-html.eml", Automatic.NO),
    ],
)
def test_who_wrote_the_samples(name: str, automatic: Automatic) -> None:
    assert read(name).automatic is automatic


def test_groups_and_several_senders() -> None:
    request = read("destinataires-caches.eml")
    assert request.sender == Sender("Collectif des parents", "collectif@courriel.example")
    assert request.recipients == ("accueil@mairie.example", "cabinet@mairie.example")
    assert request.reply_to == "bureau@courriel.example"
    assert "Plusieurs expéditeurs" in request.warnings[0]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("From: Marie Martin", Sender("Marie Martin")),
        ("From: <>", Sender()),
        ("From: " + "(" * 1004, Sender()),
        ("From: pas une adresse, Paul <p@e.example>", Sender("Paul", "p@e.example")),
        ("Sender: p@e.example", Sender(None, "p@e.example")),
    ],
)
def test_unusable_senders(sender: str, expected: Sender) -> None:
    request = read_bytes(f"{sender}\nSubject: x\n\nBonjour".encode())
    assert request.sender == expected
    assert bool(request.warnings) == (sender[0] == "F")


def test_a_name_that_shows_another_address_is_said() -> None:
    request = read("objet-piege.eml")
    assert request.sender.email == "m.curie@courriel.example"
    assert "autre adresse" in request.warnings[0]
    assert request.subject == "Bonjour Bcc: tous@departement.example x"


@pytest.mark.parametrize(
    ("name", "filename", "content_type"),
    [
        ("invitation.eml", "piece-jointe-1.ics", "text/calendar"),
        ("winmail.eml", "winmail.dat", "application/ms-tnef"),
        ("signe.eml", "smime.p7s", "application/pkcs7-signature"),
        ("copieur.eml", "SCAN_0042.PDF", "application/pdf"),
    ],
)
def test_what_is_not_text_is_kept(name: str, filename: str, content_type: str) -> None:
    (attachment,) = read(name).attachments
    assert (attachment.filename, attachment.content_type) == (filename, content_type)


def test_unknown_charsets() -> None:
    request = read("charset-inconnu.eml")
    assert request.sender.name == "Sophie Garnier"
    assert request.subject.startswith("Facture d’électricité : 120 €")
    assert request.text == "Impayé d'électricité, coupure annoncée le 20\xa0mars."


def test_nul_and_broken_bytes() -> None:
    request = read("octets-nuls.eml")
    assert request.text == "Nom : Diaz\nObjet : logement"
    assert request.subject == "Demande depuis la borne"
    assert (request.sender.name or "").startswith("Borne de la médiathèque")


def test_announced_parts_that_never_come() -> None:
    assert read("parties-annoncees-absentes.eml").text.startswith("Bonjour, je demande une bourse")


def test_a_form_sent_as_html() -> None:
    request = read("formulaire-html.eml")
    assert request.text.startswith("Nom Traoré\nTéléphone +33 7 98 76 54 32")
    assert hints(request) == [("phone", "+33798765432"), ("postcode", "78500")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        ("Bonjour, je vous écris".encode(), "not_a_message"),
        (b"X-Header: a\n\nbonjour", "not_a_message"),
        (b"%PDF-1.4\n", "not_a_message"),
        (b"\n\nFrom: a@b.example\n", "not_a_message"),
    ],
)
def test_what_is_no_message(raw: bytes, expected: str) -> None:
    assert reason(raw) == expected


@pytest.mark.parametrize(
    "name", ["From", "DATE", "Received", "message-id", "Return-Path", "subject"]
)
def test_one_header_makes_a_message(name: str) -> None:
    assert read_bytes(f"{name}: x\n\nBonjour".encode()).text == "Bonjour"


def test_limits_are_refusals() -> None:
    assert reason(b"From: a@b.example\n\n" + b"x" * 99, Limits(message_bytes=90)) == "too_large"
    assert reason(b"Subject: a" + b"\n b" * 2_000 + b"\n\n") == "too_many_headers"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            b"Received: x; Mon, 2 Mar 2026 10:15:00 +0100\nSubj",
            datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
        ),
        (b"Date: Mon, 2 Mar 2026 10:15:00 +0100\n\nx", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
        (b"Subject: " + b"x" * 70_000, None),
        (b"\x00\xff", None),
        (b"", None),
    ],
)
def test_peek(head: bytes, expected: datetime | None) -> None:
    assert EMAIL.peek(head).dated_at == expected


def sample_bytes() -> list[bytes]:
    return [path.read_bytes() for path in sorted(SAMPLES.glob("*.*"))]


def test_the_contract() -> None:
    check_channel(EMAIL, sample_bytes())


@given(st.binary(max_size=2_000))
def test_random_bytes_are_read_or_refused(raw: bytes) -> None:
    for start in (b"", b"From: a@b.example\n", b"Subject: =?utf-8?q?", b"Content-Type: "):
        tolerate(start + raw)


@given(st.sampled_from(sample_bytes()), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_mutated_mail_is_read_or_refused(raw: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 30))
        raw = raw[:at] + data.draw(st.binary(max_size=20)) + raw[at + cut :]
    tolerate(raw)


def tolerate(raw: bytes) -> None:
    EMAIL.peek(raw)
    with contextlib.suppress(ChannelError):
        EMAIL.read(raw)


@pytest.mark.shared
def test_public_samples_keep_the_contract() -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared is absent")
    files = [path for path in sorted(SHARED.rglob("*")) if path.is_file()]
    assert len(files) > 300
    check_channel(EMAIL, [path.read_bytes() for path in files])
