"""The events that a webhook may ask for. Triggers in the database note them, in the transaction that they are of."""

from typing import Final

#: What happened -> when. The names are written in migration webhooks too: a test compares them.
EVENTS: Final[dict[str, str]] = {
    "plan.successful": "A plan is done and has routes.",
    "plan.failed": "A plan could not be made.",
    "plan.dismissed": "A plan was given up.",
    "batch.successful": "The addresses of a batch are answered.",
    "batch.failed": "A batch could not be answered.",
    "batch.dismissed": "A batch was given up.",
    "review.opened": "An address waits for a planner.",
    "review.accepted": "A planner accepted one of its places.",
    "review.moved": "A planner set the place.",
    "review.rejected": "A planner rejected all places.",
    "review.resolved": "It needs no planner any more.",
}
#: What `POST …/test` sends; every webhook receives it, whatever it asked for.
TEST_EVENT: Final = "webhook.test"
