"""Mail: threads, words that are the writer's own, and letters that lie about themselves."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Origin
from tests.plugins.conftest import bring

Write = Callable[[str, str], Path]

MBOX = """From ana@example.org Mon Jan  5 10:00:00 2026
From: =?utf-8?q?Ana_Concei=C3=A7=C3=A3o?= <ana@example.org>
To: rui@example.org
Subject: The boat
Date: Mon, 05 Jan 2026 10:00:00 +0200
Message-ID: <1@example.org>

The boat leaves at nine.
--\x20
Ana, Porto

From rui@example.org Mon Jan  5 11:00:00 2026
From: rui@example.org
Subject: Re: The boat
Date: Mon, 05 Jan 2026 11:00:00 +0000
Message-ID: <2@example.org>
In-Reply-To: <1@example.org>
References: <1@example.org>

I will be there.

On Mon, 5 Jan 2026, Ana wrote:
> The boat leaves at nine.
"""


def test_a_thread_is_one_session_of_own_words(written: Write) -> None:
    """Quotes and signatures are left out."""
    turns = bring("mbox", written("inbox.mbox", MBOX), me="Rui@example.org, r@x").turns
    assert [(turn.speaker, turn.text, turn.origin, turn.position) for turn in turns] == [
        ("Ana Conceição", "The boat\n\nThe boat leaves at nine.", Origin.DOCUMENT, 0),
        ("rui@example.org", "The boat\n\nI will be there.", Origin.DIRECT_USER, 1),
    ]
    assert len({turn.session for turn in turns}) == 1
    assert turns[0].at.isoformat() == "2026-01-05T10:00:00+02:00"
    assert turns[0].source_id == "<1@example.org>"


def test_a_maildir_is_read_as_an_mbox_is(tmp_path: Path) -> None:
    """HTML becomes words; attachments are left out."""
    letter = EmailMessage()
    letter["From"], letter["Date"], letter["Message-ID"] = "a@b.c", "Mon, 05 Jan 2026 10:00:00 -0000", "<x@y>"
    letter.set_content("<style>p {}</style><p>The <b>roof</b> leaks.</p><p>Come &amp; see</p>", subtype="html")
    letter.add_attachment("secret plan", filename="plan.txt")
    box = mailbox.Maildir(tmp_path / "Mail", create=True)
    box.add(mailbox.MaildirMessage(letter))
    box.close()
    (turn,) = bring("mbox", tmp_path / "Mail").turns
    assert turn.text == "no subject\n\nThe roof leaks.\nCome & see"


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ("Content-Type: text/plain; charset=klingon", "grüße", "no subject\n\ngrüße"),
        ("Subject: =?klingon?q?x?=", "y", "=?klingon?q?x?=\n\ny"),
        ("Subject: =?utf-8?b?!!!?=\nContent-Transfer-Encoding: base64", "%%%", None),
        ("Subject:", "", "no subject"),
    ],
)
def test_letters_that_lie_about_their_encoding_are_read_as_well_as_they_can_be(
    written: Write, headers: str, body: str, text: str | None
) -> None:
    """Spam is in every mailbox."""
    letter = f"From x\nDate: Mon, 05 Jan 2026 10:00:00 +0000\n{headers}\n\n{body}\n"
    (turn,) = bring("mbox", written("m.mbox", letter)).turns
    assert text is None or turn.text.encode("latin-1", "replace").decode("utf-8", "replace") in (
        text, text.encode("latin-1", "replace").decode("utf-8", "replace"),
    )  # fmt: skip


def test_a_letter_without_an_id_is_the_same_when_read_again(written: Write) -> None:
    """By its words."""
    file = written("m.mbox", "From x\nDate: Mon, 05 Jan 2026 10:00:00 +0000\n\nhello\n")
    assert bring("mbox", file).turns == bring("mbox", file).turns


def test_without_a_date_the_last_servers_counts(written: Write) -> None:
    """As the one who received it wrote."""
    file = written("m.mbox", "From x\nReceived: by b; Mon, 05 Jan 2026 10:00:00 +0000\n\nhello\n")
    assert bring("mbox", file).turns[0].at.isoformat() == "2026-01-05T10:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "told"), [("hello", "is no mbox"), ("From x\nSubject: y\n\nhello\n", "letter 1: it tells no date")]
)
def test_what_is_no_mail_is_refused(written: Write, text: str, told: str) -> None:
    """One clear line."""
    with pytest.raises(BadInputError, match=told):
        bring("mbox", written("m.mbox", text))


def test_a_folder_that_is_no_maildir_is_refused(tmp_path: Path) -> None:
    """It needs `cur` and `new`."""
    with pytest.raises(BadInputError, match="no Maildir"):
        bring("mbox", tmp_path)
