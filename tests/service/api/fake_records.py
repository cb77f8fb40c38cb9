"""The audit log, preview links and settings in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from service.audit.chain import GENESIS, Head, linked
from service.audit.entry import Action, Entry, Recorded
from service.auth.caller import FIRST_TENANT
from service.persons.person import Person
from service.store.access.links import PreviewLink
from service.store.access.tenant_settings import Share, TenantSettings
from service.store.audit.audit_log import EVERYTHING, AuditFilter, acted
from service.store.errors import (
    AmbiguousPersonError,
    LinkNotFoundError,
    PersonAtWorkError,
    PersonNotFoundError,
    VersionChangedError,
)
from service.store.jobs.records import JsonObject
from service.store.people.erasure import Erasure
from service.store.people.person_search import Wanted

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


class FakeAudit:
    """service.store.audit.audit_log.AuditLog without a database."""

    def __init__(self) -> None:
        self.entries: list[Recorded] = []

    def add(self, *entries: Entry) -> None:
        for entry in entries:
            row = Recorded(
                tenant=FIRST_TENANT,
                seq=len(self.entries) + 1,
                at=NOW,
                actor_kind=entry.actor.kind,
                actor=entry.actor.id,
                role=entry.actor.role,
                action=entry.action.value,
                object_kind=entry.object_kind,
                object_id=entry.object_id,
                reason=entry.reason,
                request=entry.request,
                details=dict(entry.details),
                hash=b"",
            )
            self.entries.append(linked(row, self.head().hash))

    def reading(self, entry: Entry) -> None:
        self.add(entry)

    def list(self, which: AuditFilter = EVERYTHING, *, limit: int, before: int | None = None) -> Sequence[Recorded]:
        return [one for one in reversed(list(self.walk(which))) if before is None or one.seq < before][:limit]

    def walk(self, which: AuditFilter = EVERYTHING) -> Iterator[Recorded]:
        for one in self.entries:
            if (
                (not which.actions or one.action in which.actions)
                and which.object_kind in {None, one.object_kind}
                and which.object_id in {None, one.object_id}
                and which.actor in {None, one.actor}
                and (which.since is None or one.at >= which.since)
                and (which.until is None or one.at < which.until)
            ):
                yield one

    def head(self) -> Head:
        return Head(seq=len(self.entries), hash=self.entries[-1].hash if self.entries else GENESIS)


class FakeLinks:
    """service.store.access.links.LinkStore and LinkFinder without a database."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.links: dict[str, PreviewLink] = {}

    def create(
        self, plan: UUID, route: int, *, expires_at: datetime, created_by: str, link_id: UUID | None = None
    ) -> tuple[PreviewLink, str]:
        link = PreviewLink(
            id=link_id or uuid4(),
            tenant=FIRST_TENANT,
            plan=plan,
            route=route,
            created_by=created_by,
            created_at=self.now,
            expires_at=expires_at,
            revoked_at=None,
            last_opened_at=None,
        )
        secret = f"secret-{len(self.links)}"
        self.links[secret] = link
        return link, secret

    def list(self, plan: UUID, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[PreviewLink]:
        found = sorted((one.created_at, one.id, one) for one in self.links.values() if one.plan == plan)
        return [one for at, of, one in reversed(found) if after is None or (at, of) < after][:limit]

    def revoke(self, plan: UUID, link_id: UUID) -> None:
        for secret, link in self.links.items():
            if (link.plan, link.id) == (plan, link_id):
                self.links[secret] = replace(link, revoked_at=link.revoked_at or self.now)
                return
        raise LinkNotFoundError

    def find(self, secret: str, *, opening: bool = False) -> PreviewLink | None:
        link = self.links.get(secret)
        if link is None or link.revoked_at is not None or link.expires_at <= self.now:
            return None
        if opening:
            self.links[secret] = replace(link, last_opened_at=self.now)
        return self.links[secret]


class FakeSettings:
    """service.store.access.tenant_settings.TenantSettingsStore without a database."""

    def __init__(self) -> None:
        self.settings, self.version = TenantSettings(), 1
        self.given = Share()

    def share(self) -> Share:
        return self.given

    def get(self) -> tuple[TenantSettings, int]:
        return self.settings, self.version

    def put(self, settings: TenantSettings, *, version: int) -> int:
        if version != self.version:
            raise VersionChangedError
        self.settings, self.version = settings, version + 1
        return self.version


class FakePersons:
    """service.store.people.persons.PersonStore without a database: knows whoever has a case in `cases`."""

    def __init__(self) -> None:
        self.cases: dict[str, JsonObject] = {}

    def find(self, wanted: Wanted) -> Person:
        if wanted.name == "Several":
            raise AmbiguousPersonError
        if wanted.case == "at-work":
            raise PersonAtWorkError
        if wanted.case not in self.cases:
            raise PersonNotFoundError
        return Person(cases=frozenset({wanted.case}))

    def erase(self, person: Person) -> Erasure:
        audit = FakeAudit()
        audit.add(acted(Action.PERSON_ERASED))
        erased = {"cases": sum(self.cases.pop(case, None) is not None for case in person.cases)}
        return Erasure(cases=sorted(person.cases), erased=erased, blanked={}, left={"cases": 0}, entry=audit.entries[0])

    def export(self, person: Person) -> JsonObject:
        return {
            "cases": sorted(person.cases),
            "collectors": [],
            "kept": {"cases": [self.cases[case] for case in person.cases]},
        }
