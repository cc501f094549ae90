"""Secrets are found in many shapes and wordings, and what merely looks like one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ingest.secrets import find, mask

SECRETS: list[tuple[str, str, str]] = [
    # what is said, the secret in it, its kind
    ("My password is hunter2", "hunter2", "password"),
    ("my wifi password is swordfish", "swordfish", "password"),
    ("My Wi-Fi password is swordfish.", "swordfish", "password"),
    ("The password for the router is Tr0ub4dor&3, don't share it", "Tr0ub4dor&3", "password"),
    ("password: correcthorsebattery", "correcthorsebattery", "password"),
    ("Password=s3cr3t!", "s3cr3t!", "password"),
    ("the netflix passcode is 'green tomatoes'", "green tomatoes", "password"),
    ('The passphrase is "seven tall ships sail"', "seven tall ships sail", "password"),
    ("I changed my password to Winter2025!", "Winter2025!", "password"),
    ("set the password to qwertyuiop", "qwertyuiop", "password"),
    ("The password's hunter2", "hunter2", "password"),
    ("use monkey123 as the password", "monkey123", "password"),
    ("log in as bob, pass: letmein99", "letmein99", "password"),
    ("Mein Passwort ist Sommer2024", "Sommer2024", "password"),
    ("Das Kennwort lautet Drachenfels9", "Drachenfels9", "password"),
    ("la contraseña es gatito77", "gatito77", "password"),
    ("le mot de passe est Soleil!42", "Soleil!42", "password"),
    ("a senha é abacaxi22", "abacaxi22", "password"),
    ("密码是hunter2", "hunter2", "password"),
    ("postgres://ana:w1nter@db.local:5432/home", "w1nter", "password"),
    ("https://bob:hunter2@example.com/x", "hunter2", "password"),
    ("DB_PASSWORD=correct-horse", "correct-horse", "key"),
    ("export STRIPE_SECRET='abcdef123'", "abcdef123", "key"),
    ("My PIN is 4821", "4821", "code"),
    ("the pin for my card is 4821.", "4821", "code"),
    ("pin code: 0000", "0000", "code"),
    ("Door code is 1379", "1379", "code"),
    ("the alarm code at the office is 55 12 90", "55 12 90", "code"),
    ("The combination to the safe is 12-34-56", "12-34-56", "code"),
    ("4821 is my PIN", "4821", "code"),
    ("9921 is the garage code", "9921", "code"),
    ("CVV: 123", "123", "code"),
    ("Your verification code is 482913", "482913", "code"),
    ("Die Geheimzahl ist 7788", "7788", "code"),
    ("my bike lock combination is 0417", "0417", "code"),
    ("We changed the gate code to 8842", "8842", "code"),
    ("Visa 4111 1111 1111 1111 exp 12/27", "4111 1111 1111 1111", "card number"),
    ("card 5500-0000-0000-0004", "5500-0000-0000-0004", "card number"),
    ("amex 378282246310005", "378282246310005", "card number"),
    ("6011111111111117", "6011111111111117", "card number"),
    ("my account is DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", "IBAN"),
    ("IBAN GB29NWBK60161331926819", "GB29NWBK60161331926819", "IBAN"),
    ("PT50 0002 0123 1234 5678 9015 4", "PT50 0002 0123 1234 5678 9015 4", "IBAN"),
    ("my ssn is 078-05-1120", "078-05-1120", "social security number"),
    ("OPENAI sk-proj-abcdefghijklmnopqrstuvwx", "sk-proj-abcdefghijklmnopqrstuvwx", "API key"),
    ("sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "API key"),
    ("token ghp_" + "a1B2" * 9, "ghp_" + "a1B2" * 9, "API key"),
    ("glpat-" + "abcdefghij1234567890", "glpat-" + "abcdefghij1234567890", "API key"),
    ("xoxb-" + "123456789012-abcdefABCDEF", "xoxb-" + "123456789012-abcdefABCDEF", "API key"),
    ("AKIA" + "IOSFODNN7EXAMPLE is the key", "AKIA" + "IOSFODNN7EXAMPLE", "API key"),
    ("AIza" + "SyA1234567890abcdefghijklmnopqrstuv", "AIza" + "SyA1234567890abcdefghijklmnopqrstuv", "API key"),
    ("npm_" + "a" * 36, "npm_" + "a" * 36, "API key"),
    ("hf_" + "abcDEF" * 6, "hf_" + "abcDEF" * 6, "API key"),
    ("bot 123456789:AA" + "x" * 33, "123456789:AA" + "x" * 33, "API key"),
    ("my api key is 9f8e7d6c5b4a3210", "9f8e7d6c5b4a3210", "API key"),
    ("the access token for the blog: abc123def456ghi", "abc123def456ghi", "API key"),
    ("client secret = Zx81qqPlm0", "Zx81qqPlm0", "API key"),
    (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123",
        "token",
    ),
    ("Authorization: Bearer abcdef1234567890abcd", "abcdef1234567890abcd", "token"),
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
        "private key",
    ),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "private key"),
    (
        "my seed phrase is legal winner thank year wave sausage worth useful legal winner thank yellow",
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "recovery phrase",
    ),
]

HARMLESS: list[str] = [
    "My password is wrong",
    "my password is too long",
    "The password is required",
    "the password is the same as before",
    "I forgot my password again",
    "My password expired yesterday",
    "The password is written on the fridge",
    "the password must be at least 12 characters",
    "Password manager subscription renews in May",
    "my password was stolen",
    "I need to change my password to something stronger",
    "passwords are annoying",
    "Use a long phrase as the password",
    "The passport is in the drawer",
    "my passport number is on the form",
    "Reset password link: expired",
    "the code is broken",
    "the code review is at 1430",
    "country code is 49",
    "The area code is 415",
    "postal code: 10115",
    "zip code is 94110",
    "the dress code is casual",
    "error code: 404",
    "exit code is 137",
    "promo code: 20OFF",
    "source code: 12000 lines",
    "pin the poster to the wall",
    "he bowled down 10 pins",
    "Pin 12 of the chip is ground",
    "the safe is in room 4821",
    "the door is number 1379",
    "security is tight at gate 14",
    "my access to the lab ends in 2026",
    "order number 4111111111111111",
    "Tracking number: 4111 1111 1111 1111",
    "order 4012888888881882 was shipped",
    "1234 5678 9012 3456",
    "4111 1111 1111 1112",
    "0000 0000 0000 0000",
    "ISBN 978-3-16-148410-0",
    "ISBN 9780306406157",
    "ISBN-10 0-306-40615-2",
    "EAN 4006381333931",
    "IMEI 356938035643809",
    "IMEI 490154203237518",
    "call me at +49 170 1234567",
    "phone 415-555-0132",
    "my number is (415) 555 0132",
    "+1 800 555 35 35",
    "fax 030 12345678",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "git checkout 9fceb02",
    "sha256 b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    "md5 d41d8cd98f00b204e9800998ecf8427e",
    "uuid 550e8400-e29b-41d4-a716-446655440000",
    "flight LH1234 on 2026-03-02",
    "train ICE 1001 leaves at 10:15",
    "born 1984-05-12",
    "invoice 2026-000123 is paid",
    "GPS 52.520008, 13.404954",
    "the meeting id is 812 345 6789",
    "MAC 00:1A:2B:3C:4D:5E",
    "IP 192.168.100.200",
    "DE12 3456 7890 1234 5678 90",
    "GB00 NWBK 6016 1331 9268 19",
    "VAT DE123456789",
    "part no. SK-4711-AB",
    "version 13.0.0-rc.1",
    "https://example.com/user/profile?id=4821",
    "ssh://git@github.com/org/repo.git",
    "mailto:ana@example.com",
    "my key is under the mat",
    "The key to success is patience",
    "the secret is to add more butter",
    "a secret recipe with 12 herbs",
    "my secret santa is Bob",
    "the token ring network of 1995",
    "a token of my appreciation",
    "He passed: 95 points",
    "the api key is missing",
    "the api key is in the vault",
    "population 4111111",
    "pi is 3.14159265358979",
    "score 123-45",
    "the alarm is set for 0630",
    "alarm at 06:30",
    "the phone is 1499 euros",
    "sk-learn is a library",
    "task-management-software-for-small-teams",
    "the combination of tea and 2 biscuits",
    "our safe word is not needed",
    "base64 of the picture starts with iVBORw0KGgo",
    "bus 4821 is my favourite",
    "temperature is 21 to 25",
    "my locker is 104",
    "The gate opens at 0800",
]


@pytest.mark.parametrize(("text", "secret", "kind"), SECRETS, ids=[text[:40] for text, _, _ in SECRETS])
def test_secrets_are_found(text: str, secret: str, kind: str) -> None:
    """Exactly the secret, and its kind."""
    assert [(text[one.start : one.end], one.kind) for one in find(text)] == [(secret, kind)]


@pytest.mark.parametrize("text", HARMLESS)
def test_look_alikes_are_left_alone(text: str) -> None:
    """No false alarm."""
    assert [(text[one.start : one.end], one.kind) for one in find(text)] == []


def test_a_mask_keeps_the_words_around() -> None:
    """And can be lifted from what was made of the text."""
    masked = mask("My wifi password is swordfish, and my PIN is 4821.")
    assert masked.text == "My wifi password is [secret: password], and my PIN is [secret: code]."
    assert masked.kinds == ("password", "code")
    assert masked.restored("Ana's PIN is [secret: code].") == "Ana's PIN is 4821."
    assert masked.restored("[secret: card number]") == "[secret: card number]"


def test_a_masked_text_holds_no_secret() -> None:
    """Masking twice changes nothing more."""
    for text, secret, _ in SECRETS:
        masked = mask(text).text
        assert secret not in masked
        assert mask(masked).text == masked


@given(st.text(max_size=300))
def test_any_text_can_be_masked_and_restored(text: str) -> None:
    """Whatever is in it, nothing is lost."""
    masked = mask(text)
    assert masked.restored(masked.text) == text or "[secret: " in text


@given(st.text(alphabet="pasword is:=\"'0123456789 .PIN-", max_size=2_000))
def test_hostile_texts_are_read_in_time(text: str) -> None:
    """No expression runs away; the test's timeout holds it."""
    find(text * 5)
