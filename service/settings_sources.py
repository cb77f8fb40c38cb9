"""Where settings come from besides the environment: a TOML file, and files that hold one secret each."""

import os
import tomllib
from pathlib import Path
from typing import Any, Final

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


def file_variable(field_name: str) -> str:
    """Name the variable that names a secret's file."""
    return f"DOORSTEP_{field_name.upper()}_FILE"


def sources(settings_cls: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    """Return what stands behind the environment: files of secrets, then the TOML file."""
    return SecretFiles(settings_cls), TomlFile(settings_cls)
