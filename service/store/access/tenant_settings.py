"""What each tenant decides for itself, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from sqlalchemy import ARRAY, Engine, Text, cast, select, update
from sqlalchemy.dialects.postgresql import JSONB

from service.audit.entry import Action
from service.store.access.identity_tables import tenants
from service.store.audit.audit_log import note
from service.store.errors import VersionChangedError

#: As long as anything may be kept, in days.
MOST_DAYS: Final = 3650
#: Where the operator's word stands among the settings; a tenant's own change never touches it.
SHARE: Final = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """What a tenant chose; None: the service's own setting.

    Attributes
    ----------
    max_running, max_waiting : plans and batches, each, that workers compute at a time, and that may wait for one.
    navigation : whether the page behind a preview link opens navigation apps, which then learn the place of a door.
    keep_plans_days : after a plan's end, and after a run of a schedule.
    keep_cases_days : after the last change of a closed case.
    keep_collectors_days : after the last change of an inactive collector.
    keep_batches_days : after a batch's end.
    keep_reviews_days : after a review was decided, or asked if nobody decided it.
    keep_pins_days : after a pin's last change.
    keep_links_days : after a link's end.
    keep_answers_days : of geocoding providers.
    keep_deliveries_days : of webhooks, with what was sent.
    keep_access_days : after a key's end, and after a user was shut out.
    """

    max_running: int | None = None
    max_waiting: int | None = None
    navigation: bool = False
    keep_plans_days: int | None = None
    keep_cases_days: int | None = None
    keep_collectors_days: int | None = None
    keep_batches_days: int | None = None
    keep_reviews_days: int | None = None
    keep_pins_days: int | None = None
    keep_links_days: int | None = None
    keep_answers_days: int | None = None
    keep_deliveries_days: int | None = None
    keep_access_days: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_days") and value is not None and not 1 <= value <= MOST_DAYS:
                msg = f"{field.name} must be from 1 to {MOST_DAYS}, got {value}."
                raise ValueError(msg)

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "TenantSettings":
        """From what is stored; what this version does not know is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What the operator gives a tenant of the workers (`doorstep tenants limit`); None: what each tenant has.

    Of its own settings a tenant may take less, never more.
    """

    max_running: int | None = None
    max_waiting: int | None = None


class TenantSettingsStore:
    """The settings of one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    """

    def __init__(self, engine: Engine, *, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant

    def get(self) -> tuple[TenantSettings, int]:
        """Return the settings with their version."""
        statement = select(tenants.c.settings, tenants.c.version).where(tenants.c.id == self._tenant)
        with self._engine.connect() as connection:
            row = connection.execute(statement).one()
        return TenantSettings.of(row.settings), row.version

    def put(self, settings: TenantSettings, *, version: int) -> int:
        """Store the settings in place of those of `version`, and return their new version.

        Raises
        ------
        VersionChangedError
            When somebody else changed them meanwhile.
        """
        values = {name: value for name, value in asdict(settings).items() if value is not None}
        known = cast([field.name for field in fields(settings)], ARRAY(Text))
        merged = tenants.c.settings.op("-")(known).op("||")(cast(values, JSONB))  # what others keep there stays
        this = update(tenants).where(tenants.c.id == self._tenant, tenants.c.version == version)
        with self._engine.begin() as connection:
            if not connection.execute(this.values(version=version + 1, settings=merged)).rowcount:
                msg = f"The settings have changed since version {version}."
                raise VersionChangedError(msg)
            note(connection, self._tenant, Action.SETTINGS_CHANGED, "settings", self._tenant, **values)
        return version + 1

    def share(self) -> Share:
        """Return what the operator gives this tenant."""
        statement = select(tenants.c.settings[SHARE]).where(tenants.c.id == self._tenant)
        with self._engine.connect() as connection:
            return Share(**(connection.execute(statement).scalar_one() or {}))

    def give(self, share: Share) -> None:
        """Set what the operator gives this tenant; its own settings, and their version, stay as they are."""
        given = {name: value for name, value in asdict(share).items() if value is not None}
        merged = tenants.c.settings.op("||")(cast({SHARE: given}, JSONB))
        with self._engine.begin() as connection:
            connection.execute(update(tenants).where(tenants.c.id == self._tenant).values(settings=merged))
            note(connection, self._tenant, Action.SETTINGS_CHANGED, SHARE, self._tenant, **given)


def settings_of_all(engine: Engine) -> dict[str, TenantSettings]:
    """Return what each tenant chose; for the owner of the database alone."""
    with engine.connect() as connection:
        rows = connection.execute(select(tenants.c.id, tenants.c.settings).order_by(tenants.c.id))
        return {row.id: TenantSettings.of(row.settings) for row in rows}
