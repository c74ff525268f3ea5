"""Offices under the names that minutes and people give them: 総理, 首相 and 内閣総理大臣 are one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

# Forms of characters in older minutes (內閣總理大臣, 經濟產業), one for one.
_OLD = str.maketrans("內總國經濟產勞衞會廳縣區學團", "内総国経済産労衛会庁県区学団")
# Several people hold these at once: the role never says who it is.
_SHARED = re.compile(
    r"副大臣|政務官|副知事|副[都道府県市区町村]長|議員|委員|幹事|理事|監事|構成員|評議員|参考人|公述人|証人|関係官|補佐官|秘書官|参事官|"
    r"審議官|企画官|調整官|顧問|参与|オブザーバー|専門員|事務局|国務大臣|内閣府特命担当大臣|大臣|局長|部長|課長|室長|係長"
)


@cache
def _table(name: str) -> dict[str, str]:
    """Office by every name in one table of offices.toml, the office's own included."""
    with Path(__file__).with_name("offices.toml").open("rb") as file:
        rows = tomllib.load(file)[name]
    return {called: office for office, others in rows.items() for called in (office, *others)}


@cache
def offices_by_name() -> dict[str, str]:
    """Office by what people call it in a question, the office itself included (都知事 is 知事 here)."""
    return _table("offices") | _table("asked")


@cache
def _by_key() -> dict[str, str]:
    return {_key(name): office for name, office in _table("offices").items()}


@lru_cache(maxsize=4096)
def canonical(role: str) -> str:
    """The full name of the office that `role` is a way of writing, else the role itself without blanks.

    Only whole names count: 外務副大臣, 前総理, 首相補佐官, 官房長官代理 and 東京都知事 stay what they are.
    """
    return _by_key().get(_key(role)) or _joined(role)


def is_shared(role: str) -> bool:
    """Whether several people hold the role at once (副知事, 委員, 大臣 alone), so that it names nobody."""
    office = canonical(role)
    shared = _SHARED.fullmatch(office) or re.search(
        r"(?:副大臣|政務官|副知事|副[都道府県市区町村]長|議員|委員|幹事|理事|補佐官|秘書官|参考人)$", office
    )
    return bool(shared)


def _key(role: str) -> str:
    return _joined(role).translate(_OLD).casefold()


def _joined(role: str) -> str:
    """The role as it is written, without the blanks that spread it over a field; between Latin words one stays."""
    plain = unicodedata.normalize("NFKC", role)
    return unicodedata.normalize("NFKC", (" " if plain.isascii() else "").join(plain.split()))
