"""2,000 labelled strings for the scan, half of them with personal data: seeded, from faker and numbering plans written down here.

Nothing here is made from the scan's own patterns. Personal data is put into texts as they come in events, pages and logs, some of
it hidden by escapes. What has none is what events, pages and logs are full of, with all its digits, dots and colons.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from string import ascii_letters, digits
from typing import NamedTuple
from urllib.parse import quote

from faker import Faker

SEED, EACH = 20261128, 1000
_NOW = datetime(2026, 11, 28)  # faker's own ends when it is asked


class Labelled(NamedTuple):
    """A string, and the kind of personal data in it; None where there is none."""

    text: str
    kind: str | None


def strings() -> list[Labelled]:
    """All of them, always the same."""
    chance = random.Random(SEED)
    fakers = [_faker(locale) for locale in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "en_CA", "nl_NL")]
    made = [_positive(chance, chance.choice(fakers), number) for number in range(EACH)]
    return made + [Labelled(_negative(chance, chance.choice(fakers), number), None) for number in range(EACH)]


def _faker(locale: str) -> Faker:
    made = Faker(locale)
    made.seed_instance(SEED)
    return made


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _phone(chance: random.Random, fake: Faker) -> str:
    """Numbers by the plans of six countries, as people write them."""
    area, line = chance.choice(("212", "415", "312", "514", "604", "206", "305")), f"{chance.randint(200, 989)}"
    last = _digits(chance, 4)
    return chance.choice(
        (
            f"({area}) {line}-{last}",
            f"{area}-{line}-{last}",
            f"+1 {area} {line} {last}",
            f"+1{area}{line}{last}",
            f"{area}.{line}.{last}",
            f"+44 7{chance.choice('4578')}{_digits(chance, 2)} {_digits(chance, 6)}",
            f"07{chance.choice('4578')}{_digits(chance, 2)} {_digits(chance, 6)}",
            f"020 7{_digits(chance, 3)} {_digits(chance, 4)}",
            f"+49 15{chance.choice('17')}{_digits(chance, 1)} {_digits(chance, 7)}",
            f"+49 30 {_digits(chance, 8)}",
            f"0049 30 {chance.randint(2, 8)}{_digits(chance, 7)}",
            f"+33 6 {' '.join(_digits(chance, 2) for _ in range(4))}",
            f"06 {' '.join(_digits(chance, 2) for _ in range(4))}",
            f"+31 6 {_digits(chance, 8)}",
            f"+34 6{_digits(chance, 2)} {_digits(chance, 3)} {_digits(chance, 3)}",
            f"0{chance.choice('67')}{_digits(chance, 8)}",
            f"tel:+1{area}{line}{last}",
            f"phone={area}{line}{last}",
        )
    )


def _card(chance: random.Random, fake: Faker) -> str:
    number = fake.credit_card_number(chance.choice(("visa", "mastercard", "amex", "discover")))
    groups = (
        [number[:4], number[4:10], number[10:]]
        if len(number) == 15
        else [number[at : at + 4] for at in range(0, len(number), 4)]
    )
    return chance.choice(("", " ", "-", " ")).join(groups)


def _token(chance: random.Random, fake: Faker) -> str:
    def word(count: int) -> str:
        return "".join(chance.choice(ascii_letters + digits) for _ in range(count))

    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": word(8), "iat": 1767000000}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return chance.choice(
        (
            ".".join([*encoded, word(43)]),
            "AKIA" + word(16).upper(),
            f"Bearer {word(32)}",
            "gh" + "p_" + word(36),
            "sk_" + "live_" + word(24),
            "AIza" + word(35),
            "xox" + "b-" + _digits(chance, 12) + "-" + word(24),
            f"api_key={word(32)}",
        )
    )


_PERSONAL: dict[str, Callable[[random.Random, Faker], str]] = {
    "email address": lambda chance, fake: chance.choice((fake.email(), fake.free_email(), fake.company_email())),
    "IP address": lambda chance, fake: chance.choice((fake.ipv4_public(), fake.ipv4_private(), fake.ipv6())),
    "phone number": _phone,
    "card number": _card,
    "IBAN": lambda chance, fake: chance.choice((fake.iban(), " ".join(_fours(fake.iban())))),
    "token": _token,
}


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def _positive(chance: random.Random, fake: Faker, number: int) -> Labelled:
    kind = list(_PERSONAL)[number % len(_PERSONAL)]
    value = _PERSONAL[kind](chance, fake)
    text = chance.choice(
        (
            lambda: value,
            lambda: f"{fake.sentence(5)} {value}",
            lambda: f"{value} {fake.sentence(3)}",
            lambda: json.dumps({"note": value, "plan": "pro"}),
            lambda: f"/account?next={quote(value, safe='')}&step=2",
            lambda: f"{fake.uri_path()}?q={quote(value, safe='@:+')}",
            lambda: f"({value})",
            lambda: f"{fake.word()}: {value}; {fake.word()}",
            lambda: f"<b>{value}</b>",
            lambda: f"/next?to={quote(quote(value, safe=''), safe='')}",
            lambda: chance.choice(
                (
                    value.replace("@", "＠"),
                    f"{value[:3]}\u200b{value[3:]}",
                    base64.b64encode(f"id {value}".encode()).decode(),
                )
            ),
            lambda: value.replace("@", "&#64;") if "@" in value else f"'{value}'",
        )
    )()
    return Labelled(text, kind)


def _order(chance: random.Random, fake: Faker) -> str:
    return chance.choice(
        (
            f"ORD-2026-{_digits(chance, 6)}",
            f"#{_digits(chance, 7)}",
            f"{_digits(chance, 10)}",
            f"INV/{_digits(chance, 4)}/{_digits(chance, 5)}",
            f"{_digits(chance, 3)}-{_digits(chance, 7)}-{_digits(chance, 7)}",
            f"order {_digits(chance, 8)} of {fake.date(end_datetime=_NOW)}",
            f"SKU {fake.ean13()}",
            fake.isbn13(),
            f"parcel 1Z{fake.bothify('??#######').upper()}{_digits(chance, 8)}",
            f"ticket {_digits(chance, 5)}",
        )
    )


def _version(chance: random.Random, fake: Faker) -> str:
    parts = [str(chance.randint(0, 40)) for _ in range(4)]
    return chance.choice(
        (
            f"v{'.'.join(parts)}",
            f"version {'.'.join(parts)}",
            ".".join(parts[:3]),
            f"{fake.word()}@{'.'.join(parts[:3])}",
            f"build {'.'.join(parts)}",
            f"OpenSSL/{'.'.join(parts[:3])}k",
            f"python-requests/{'.'.join(parts[:3])}",
            f"icon-{parts[0]}@2x.png",
            f"Chrome/1{parts[0]}.0.{_digits(chance, 4)}.{parts[1]}",
        )
    )


def _time(chance: random.Random, fake: Faker) -> str:
    moment = fake.date_time_between(_NOW - timedelta(days=300), _NOW)
    return chance.choice(
        (
            moment.isoformat(timespec="milliseconds") + "Z",
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%d.%m.%Y %H:%M}",
            f"{moment:%H:%M:%S.%f}",
            str(int(moment.timestamp() * 1000)),
            str(int(moment.timestamp())),
            f"[{moment:%d/%b/%Y:%H:%M:%S} +0000]",
            f"{moment:%Y%m%d%H%M%S}",
            f"{moment:%d/%m/%Y}-{moment:%H%M}",
            f"since {moment:%Y-%m-%d}, until {fake.date(end_datetime=_NOW)}",
        )
    )


def _hash(chance: random.Random, fake: Faker) -> str:
    return chance.choice(
        (
            fake.sha256(),
            fake.md5(),
            fake.sha1(),
            hashlib.sha256(fake.word().encode()).hexdigest()[:16],
            f'W/"{fake.md5()}"',
            fake.md5()[:7],
            f"sha256-{base64.b64encode(bytes.fromhex(fake.sha256())).decode()}",
            f"{int(fake.unix_time(end_datetime=_NOW) * 1000)}-{fake.md5()[:16]}",
            f"t{_digits(chance, 10)}x{_digits(chance, 9)}x{_digits(chance, 10)}x{_digits(chance, 10)}",
        )
    )


def _price(chance: random.Random, fake: Faker) -> str:
    amount = chance.randint(100, 9_999_999) / 100
    return chance.choice(
        (
            f"{amount:,.2f}",
            f"${amount:.2f}",
            f"{amount:.2f} EUR",
            fake.pricetag(),
            f"{amount:,.2f}".replace(",", " ").replace(".", ","),
            f'{{"value": {amount}, "currency": "CAD"}}',
            f"{chance.random()}",
            f"{fake.latitude()}, {fake.longitude()}",
            f"1,{_digits(chance, 3)},{_digits(chance, 3)}",
        )
    )


def _place(chance: random.Random, fake: Faker) -> str:
    return chance.choice(
        (
            fake.uri(),
            fake.file_path(depth=3),
            f"/articles/{fake.slug()}-{_digits(chance, 4)}",
            f"https://{fake.domain_name()}/p/{_digits(chance, 8)}?page=2&sort=price",
            f"/{fake.date(end_datetime=_NOW).replace('-', '/')}/{fake.slug()}",
            f"utm_source={fake.word()}&utm_medium=email&utm_campaign=2026-{_digits(chance, 2)}",
            f"/img/{fake.uuid4()}.{fake.file_extension()}",
            f"http://localhost:{chance.randint(1024, 9999)}/",
            "http://127.0.0.1:8000/demo/shop",
            f"/maps/@{fake.latitude()},{fake.longitude()},17z",
            f"std::{fake.word()}::{fake.word()}",
            f"{chance.randint(640, 3840)}x{chance.randint(480, 2160)}",
        )
    )


_HARMLESS: tuple[Callable[[random.Random, Faker], str], ...] = (
    lambda chance, fake: fake.user_agent(),
    lambda chance, fake: fake.user_agent(),
    _order,
    _version,
    _time,
    _hash,
    _price,
    _place,
    lambda chance, fake: chance.choice(
        (fake.uuid4(), f'{{"id": "{fake.uuid4()}"}}', fake.uuid4().replace("-", "").upper())
    ),
    lambda chance, fake: chance.choice(
        (
            fake.sentence(9),
            fake.catch_phrase(),
            fake.city(),
            fake.color_name(),
            f"{fake.word()} at {fake.word()}.",
            ":redacted",
            "mail :redacted now",
        )
    ),
)


def _negative(chance: random.Random, fake: Faker, number: int) -> str:
    return _HARMLESS[number % len(_HARMLESS)](chance, fake)
