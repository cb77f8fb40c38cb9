"""Signatures and the schedule of tries, against the specification's own library and words."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.webhooks.backoff import DELAYS_S, delay_s
from service.webhooks.signing import new_secret, signed_headers


@given(st.text())
def test_receivers_verify_a_message_with_the_old_and_with_the_new_secret(body: str) -> None:
    body = body.encode("utf-8", "replace").decode()
    old, new = new_secret(), new_secret()

    headers = signed_headers("msg_1", body, keys=(new, old), at=datetime.now(UTC))

    for secret in (old, new):
        Webhook(secret).verify(body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(body + " ", headers, json_parse=False)


def test_a_message_of_yesterday_is_not_taken() -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", "{}", keys=(secret,), at=datetime.now(UTC) - timedelta(days=1))

    with pytest.raises(WebhookVerificationError, match="old"):
        Webhook(secret).verify("{}", headers)


def test_tries_are_spread_over_three_days_at_growing_intervals() -> None:
    waits = [delay_s(tries, asked_s=None, chance=0.0) for tries in range(1, len(DELAYS_S) + 1)]

    assert all(wait is not None for wait in waits)
    assert waits[0] == 5
    assert all(before < behind for before, behind in pairwise(DELAYS_S))
    assert 3 * 86_400 < sum(DELAYS_S) < 4 * 86_400
    assert delay_s(len(DELAYS_S) + 1, asked_s=None, chance=0.0) is None


@given(st.integers(1, len(DELAYS_S)), st.integers(0, 10**6), st.floats(0, 1))
def test_a_receiver_may_ask_for_more_patience_up_to_a_day(tries: int, asked_s: int, chance: float) -> None:
    wait = delay_s(tries, asked_s=asked_s, chance=chance)

    assert wait is not None
    assert max(DELAYS_S[tries - 1], min(asked_s, 86_400)) <= wait <= 1.2 * 86_400


PAGE = Path(__file__).parents[3] / "docs" / "integration.md"


def test_the_receiver_in_the_documentation_verifies_a_message() -> None:
    named: dict[str, Any] = {}
    exec(PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], named)
    secret, body = new_secret(), '{"type":"plan.failed","data":{"plan":"p1"}}'
    headers = signed_headers("msg_1", body, keys=(secret,), at=datetime.now(UTC))

    assert named["receive"](secret, body, headers) == "p1"
    with pytest.raises(WebhookVerificationError):
        named["receive"](new_secret(), body, headers)


def test_the_documentation_tells_when_a_message_is_tried_again() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    sentence = PAGE.read_text(encoding="utf-8").split("is tried again after")[1].split(";")[0]

    told = re.findall(r"(\d+) (s|min|h)\b", sentence)

    assert tuple(int(number) * units[unit] for number, unit in told) == DELAYS_S
