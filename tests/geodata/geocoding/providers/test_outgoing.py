"""What of an address is sent to others, and what stays here."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geodata.coords import LonLat
from geodata.geocoding.port import GeocodeAnswer, Status
from geodata.geocoding.providers.outgoing import outgoing_text

UNKNOWN = GeocodeAnswer(status=Status.NOT_FOUND)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Dorfstrasse 3, 9498 Planken", "Dorfstrasse 3, 9498 Planken"),
        ("Hans Muster, Dorfstrasse 3, 9498 Planken", "Dorfstrasse 3, 9498 Planken"),
        ("Dorfstrasse 3, 9498 Planken, Hans Muster", "Dorfstrasse 3, 9498 Planken"),
        ("c/o Anna Muster, Dorfstrasse 3, 9498 Planken", "Dorfstrasse 3, 9498 Planken"),
        ("Frau Anna Muster, Dorfstrasse 3; 9498 Planken", "Dorfstrasse 3, 9498 Planken"),
        ("Dorfstrasse 3, 9498 Planken, Tel. +423 232 11 11", "Dorfstrasse 3, 9498 Planken"),
        ("Dorfstrasse 3, 9498 Planken, anna@muster.li", "Dorfstrasse 3, 9498 Planken"),
        ("12 rue de la Paix, 75002 Paris (chez Mme Dupont)", "12 rue de la Paix, 75002 Paris"),
        ("Hans Muster Dorfstrasse 3 9498 Planken", "Dorfstrasse 3 9498 Planken"),
        ("Dorfstrasse 3 Hans Muster, 9498 Planken", "Dorfstrasse 3, 9498 Planken"),
        ("Dorfstrasse 3, 9498 Planken Hans Muster", "Dorfstrasse 3, 9498 Planken"),
        ("Hans Muster Schaaner Strasse 3, 9498 Bad Planken", "Schaaner Strasse 3, 9498 Bad Planken"),
        ("Hans Muster im Loch 3, Planken", "im Loch 3"),
        ("Muster Hans an der Halde 3, 9498 Planken", "an der Halde 3, 9498 Planken"),
        ("Hans Eisenberg, Dorfstrasse 3, Unterberg", "Dorfstrasse 3, Unterberg"),
        ("John Hill, 12 Mill Hill, Leeds", "12 Mill Hill"),
        ("Anna Steinbach Am Berg 7, 9498 Planken", "Am Berg 7, 9498 Planken"),
        ("Ebnat 5, 9498 Planken", "Ebnat 5, 9498 Planken"),
        ("Hans Muster Ebnat 5, 9498 Planken", "5, 9498 Planken"),
        ("Anna Dupont rue Jean Moulin 5, 75002 Paris", "rue Jean Moulin 5, 75002 Paris"),
        ("Anna Dupont 5 rue Jean Moulin, 75002 Paris", "5 rue Jean Moulin, 75002 Paris"),
        ("John Smith 12 Old High Street, Leeds", "12 Old High Street"),
        ("凤翔县田家庄镇张家村3组", "凤翔县田家庄镇张家村3组"),
        ("凤翔县田家庄镇张家村3组李建国", "凤翔县田家庄镇张家村3组"),
        ("张三凤翔县田家庄镇张家村3组", "田家庄镇张家村3组"),
        ("乌鲁木齐市天山区和平路12号", "乌鲁木齐市天山区和平路12号"),
        ("张三，凤翔县田家庄镇张家村3组", "凤翔县田家庄镇张家村3组"),
        ("张三 凤翔县田家庄镇张家村3组 13812345678", "凤翔县田家庄镇张家村3组"),
        ("收件人：欧阳建国 凤翔县田家庄镇张家村3组", "凤翔县田家庄镇张家村3组"),
        ("户主张三，凤翔县田家庄镇张家村", "凤翔县田家庄镇张家村"),
        ("凤翔县田家庄镇张家村3组李建国家", "凤翔县田家庄镇张家村3组"),
        ("凤翔县田家庄镇张家村（李建国收）3组", "凤翔县田家庄镇张家村 3组"),
        ("王先生，鳳翔縣田家莊鎮張家村", "凤翔县田家庄镇张家村"),
    ],
)
def test_neither_a_name_nor_a_telephone_is_sent(text: str, sent: str) -> None:
    assert outgoing_text(text, UNKNOWN) == sent


@pytest.mark.parametrize("text", ["Hans Muster", "张三", "+423 232 11 11", "9498", "", "   ", "c/o Anna"])
def test_what_locates_nothing_is_not_sent_at_all(text: str) -> None:
    assert outgoing_text(text, UNKNOWN) is None


def test_a_name_that_the_map_knows_is_a_place() -> None:
    known = GeocodeAnswer(
        status=Status.NEEDS_REVIEW, location=LonLat(9.5, 47.2), label="Planken", components={"place": "Planken"}
    )

    assert outgoing_text("Dorfstrasse 3, Planken", known) == "Dorfstrasse 3, Planken"
    assert outgoing_text("Dorfstrasse 3, Planken", UNKNOWN) == "Dorfstrasse 3"


def test_a_name_that_the_map_cannot_explain_is_cut_out_of_a_text_without_spaces() -> None:
    read = GeocodeAnswer(status=Status.NEEDS_REVIEW, label="张家村", unmatched_text="王五 3")

    assert outgoing_text("王五凤翔县张家村3组", read) == "凤翔县张家村3组"


@given(
    phone=st.from_regex(r"1[3-9]\d{9}", fullmatch=True),
    name=st.text("张王李赵刘陈杨建国伟芳娜秀英敏静丽强磊军洋", min_size=2, max_size=3),
    place=st.sampled_from(["凤翔县田家庄镇张家村3组", "陕西省宝鸡市陈仓区县功镇"]),
    order=st.permutations([0, 1, 2]),
    separator=st.sampled_from(["，", " ", "\n", "；"]),
)
def test_wherever_name_and_telephone_stand_they_are_not_sent(
    phone: str, name: str, place: str, order: list[int], separator: str
) -> None:
    parts = [phone, name, place]

    assert outgoing_text(separator.join(parts[i] for i in order), UNKNOWN) == place


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("凤翔县田家庄镇张家村3组，zhang3@qq.com", "凤翔县田家庄镇张家村3组"),
        ("Dorfstrasse 3,muster7@bank", "Dorfstrasse 3"),
        ("Dorfstrasse 3, muster7＠bank.li", "Dorfstrasse 3"),
        ("凤翔县张家村3组张三@qq.com", None),
        ("0@A", None),
    ],
)
def test_nothing_with_an_at_sign_is_sent(text: str, sent: str | None) -> None:
    assert outgoing_text(text, UNKNOWN) == sent


@given(st.text(max_size=300))
@example("0@A")
@example("0A@")
def test_any_text_has_an_outgoing_form_or_none(text: str) -> None:
    sent = outgoing_text(text, UNKNOWN)

    assert sent is None or (sent.strip() and "@" not in sent)
