"""Where settings come from besides the environment: a TOML file, and files that hold one secret each."""

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

#: The variable that names the TOML file.
CONFIG_VARIABLE: Final = "DOORSTEP_CONFIG"
_SECRET_MAX_BYTES: Final = 64 * 1024


class SettingsSourceError(Exception):
    """A file of settings cannot be used; the message names it and the variable, and shows nothing of what is in it."""


class TomlFile(PydanticBaseSettingsSource):
    """The file that DOORSTEP_CONFIG names: the settings by their names in small letters, no tables.

    Raises
    ------
    SettingsSourceError
        When it cannot be read, is no TOML, or has a table.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Part of the interface; `__call__` answers for all fields at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return what the file says; nothing when none is named."""
        name = os.environ.get(CONFIG_VARIABLE, "").strip()
        if not name:
            return {}
        try:
            values = tomllib.loads(Path(name).read_text(encoding="utf-8"))
        except OSError as exc:
            msg = f"{CONFIG_VARIABLE}: {name} cannot be read: {exc.strerror}."
            raise SettingsSourceError(msg) from None
        except UnicodeDecodeError:
            msg = f"{CONFIG_VARIABLE}: {name} is not UTF-8."
            raise SettingsSourceError(msg) from None
        except tomllib.TOMLDecodeError as exc:  # it tells the place, never the text
            msg = f"{CONFIG_VARIABLE}: {name} is no TOML: {exc}."
            raise SettingsSourceError(msg) from None
        if tables := [key for key, value in values.items() if isinstance(value, dict)]:
            msg = (
                f"{CONFIG_VARIABLE}: {name} has the table [{tables[0]}]; settings stand by their names, without tables."
            )
            raise SettingsSourceError(msg)
        return values


class SecretFiles(PydanticBaseSettingsSource):
    """`DOORSTEP_<NAME>_FILE` names a file that holds the value, as container secrets come; for secret settings alone.

    Raises
    ------
    SettingsSourceError
        When the file cannot be read.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one field's file."""
        variable = file_variable(field_name)
        name = os.environ.get(variable, "").strip()
        if field.repr or not name:
            return None, field_name, False
        try:
            with Path(name).open("rb") as stream:
                content = stream.read(_SECRET_MAX_BYTES)
            return content.decode().strip() or None, field_name, False
        except OSError as exc:
            msg = f"{variable}: {name} cannot be read: {exc.strerror}."
            raise SettingsSourceError(msg) from None
        except UnicodeDecodeError:
            msg = f"{variable}: {name} is not UTF-8."
            raise SettingsSourceError(msg) from None

    def __call__(self) -> dict[str, Any]:
        """Return the secrets whose files are named."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankProvider:
    """The identity provider of one bank. `audience` is what access tokens must be meant for; None: `client_id`."""

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    audience: str | None = None


def bank_providers(path: Path) -> dict[str, BankProvider]:
    """Return the identity providers of a TOML file: a table for each bank, named by the bank's id.

    Raises
    ------
    SettingsSourceError
        When it cannot be read, or a table is none of these; nothing of what is in it is shown.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        msg = f"oidc_file: {path} cannot be read: {exc.strerror}."
        raise SettingsSourceError(msg) from None
    except ValueError:  # it may tell a piece of the text
        msg = f"oidc_file: {path} is no TOML in UTF-8."
        raise SettingsSourceError(msg) from None
    found = {name: _bank_provider(path, name, table) for name, table in tables.items()}
    issuers = [one.issuer for one in found.values()]
    if len(set(issuers)) < len(issuers):
        msg = f"oidc_file: {path} has the same issuer for two banks: nobody could tell whose a token is."
        raise SettingsSourceError(msg)
    return found


def _bank_provider(path: Path, bank: str, table: object) -> BankProvider:
    known, needed = {one.name for one in fields(BankProvider)}, {"issuer", "client_id"}
    texts = isinstance(table, dict) and all(isinstance(value, str) and value for value in table.values())
    if not isinstance(table, dict) or not texts or not needed <= table.keys() <= known:
        msg = f"oidc_file: {path} needs a table [{bank}] of the texts issuer and client_id, client_secret and audience."
        raise SettingsSourceError(msg)
    if not is_web_address(table["issuer"]):
        msg = f"oidc_file: {path}: the issuer of [{bank}] must begin with https:// (http:// on this machine only)."
        raise SettingsSourceError(msg)
    return BankProvider(**table)


def is_web_address(value: str) -> bool:
    """Whether it is an address that nobody on the way can read: https, or http on this machine."""
    parts = urlsplit(value)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.hostname) and parts.scheme in ({"http", "https"} if local else {"https"})


def file_variable(field_name: str) -> str:
    """Name the variable that names a secret's file."""
    return f"DOORSTEP_{field_name.upper()}_FILE"


def sources(settings_cls: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    """Return what stands behind the environment: files of secrets, then the TOML file."""
    return SecretFiles(settings_cls), TomlFile(settings_cls)
