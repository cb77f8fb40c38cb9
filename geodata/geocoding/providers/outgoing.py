"""What of an address may be sent to others: no telephone, no addressee, and nothing that might be a person's name.

It is a list of what may go, see `latin_words` and `han_part`: what the map explains, numbers, and what a word such as
"street" or 村 marks as a part of an address. All else might be a name and stays here, at the price that a street or a
village which the map lacks and nothing marks is not asked for.
"""

import re
from typing import Final

from geodata.geocoding.clutter import segments_of, without_contacts
from geodata.geocoding.normalise import has_cjk, words_of
from geodata.geocoding.port import GeocodeAnswer
from geodata.geocoding.providers.allowed_words import han_part, latin_words

_HAN: Final = "\u3400-\u9fff"
_LABELLED_NAME: Final = re.compile(
    rf"(?:收件人|收货人|联系人|户主|姓名|客户|借款人|持卡人|债务人|担保人)(?:姓名)?[:：\s]*[{_HAN}·]{{2,4}}(?![{_HAN}])"
    rf"|(?:收件人|收货人|联系人|户主|姓名|客户|借款人|持卡人|债务人|担保人)[:：]\s*[{_HAN}·]{{2,3}}"
)
_HONOURED_NAME: Final = re.compile(rf"[{_HAN}]{{1,3}}(?:先生|女士|小姐|师傅|同志|老师|大爷|大妈)(?:家|收)?")
_HOUSEHOLD: Final = re.compile(rf"(?<=[组社队号村屯庄])[{_HAN}]{{2,4}}(?:家|收)(?![{_HAN}])")
#: Whatever has an @ may be of a person, be it an e-mail address or not.
_MAIL: Final = re.compile(r"[^\s,;，；、。|]*[@＠﹫][^\s,;，；、。|]*")
_BRACKETS: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def outgoing_text(text: str, answer: GeocodeAnswer) -> str | None:
    """Return what may be sent of an address, or None when nothing is left that would locate it.

    Parameters
    ----------
    answer : what the own map says of it; the names in it are known to be no person's.

    Examples
    --------
    >>> from geodata.geocoding.port import GeocodeAnswer, Status
    >>> unknown = GeocodeAnswer(status=Status.NOT_FOUND)
    >>> outgoing_text("Hans Muster, Dorfstrasse 3, 9498 Planken, Tel. +423 232 11 11", unknown)
    'Dorfstrasse 3, 9498 Planken'
    >>> outgoing_text("户主：张三 凤翔县田家庄镇张家村3组 (李四家)", unknown)
    '凤翔县田家庄镇张家村3组'
    >>> outgoing_text("Hans Muster Dorfstrasse 3 9498 Planken", unknown)
    'Dorfstrasse 3 9498 Planken'
    """
    known, unexplained = _known_words(answer), frozenset(answer.unmatched_text.split())
    kept = []
    for segment in without_people(text).split(", "):
        if has_cjk(segment):
            parts = [han_part(part, known, unexplained) for part in segment.split()]
        else:
            parts = latin_words(segment.split(), known)
        kept.append(" ".join(filter(None, parts)))
    whole = ", ".join(filter(None, kept))
    return whole if any(c.isalpha() for c in whole) else None


def without_people(text: str) -> str:
    """Leave out what says itself that it is no part of an address: telephones, addressees, names with a label."""
    text = without_contacts(_MAIL.sub(" ", _BRACKETS.sub(" ", text)))
    for names in (_LABELLED_NAME, _HONOURED_NAME, _HOUSEHOLD):
        text = names.sub(" ", text)
    return ", ".join(segments_of(text))


def _known_words(answer: GeocodeAnswer) -> frozenset[str]:
    labels = (answer.label or "", *(candidate.label for candidate in answer.alternatives))
    return frozenset().union(*map(words_of, (*labels, *answer.components.values())))
