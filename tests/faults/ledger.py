"""A ledger that the database keeps itself: each outcome that is written for a plan, whoever writes it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Engine, text

_TABLE = """
CREATE TABLE outcomes (plan uuid NOT NULL, status text NOT NULL, attempt integer NOT NULL);
CREATE FUNCTION note_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outcomes VALUES (NEW.id, NEW.status, NEW.attempt);
    RETURN NULL;
END $$;
CREATE TRIGGER outcomes AFTER UPDATE ON plans FOR EACH ROW
WHEN (NEW.status IN ('successful', 'failed', 'dismissed')
      AND (OLD.status, OLD.result, OLD.problem) IS DISTINCT FROM (NEW.status, NEW.result, NEW.problem))
EXECUTE FUNCTION note_outcome();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How the plans ended: by state; how often a worker died on one; how many outcomes too many were written."""

    states: Counter[str]
    lost_workers: int
    takeovers: int
    without_outcome: int
    written_twice: int


def keep_ledger(engine: Engine) -> None:
    """Begin the ledger of a database."""
    with engine.begin() as connection:
        connection.execute(text(_TABLE))


def open_plans(engine: Engine) -> int:
    """Count the plans that are not over."""
    with engine.connect() as connection:
        statement = text("SELECT count(*) FROM plans WHERE status IN ('accepted', 'running')")
        return int(connection.execute(statement).scalar_one())


def outcomes(engine: Engine) -> Outcomes:
    """Read the ledger."""
    with engine.connect() as connection:
        states = connection.execute(text("SELECT status, count(*) FROM plans GROUP BY status")).all()
        lost, attempts = connection.execute(text("SELECT sum(lost), sum(greatest(attempt - 1, 0)) FROM plans")).one()
        written: dict[object, int] = dict(
            connection.execute(
                text(
                    "SELECT plans.id, count(outcomes.plan) FROM plans"
                    " LEFT JOIN outcomes ON outcomes.plan = plans.id GROUP BY plans.id"
                )
            )
            .tuples()
            .all()
        )
    return Outcomes(
        states=Counter(dict(row.tuple() for row in states)),
        lost_workers=int(lost or 0),
        takeovers=int(attempts or 0),
        without_outcome=sum(count == 0 for count in written.values()),
        written_twice=sum(count - 1 for count in written.values() if count > 1),
    )
