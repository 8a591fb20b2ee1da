"""What a session's methods are asked with is held against the schema that the lab's types were turned into."""

import json
from pathlib import Path
from typing import Any

import fastjsonschema

from .errors import WorkerError


class Schemas:
    """The parameters of a session's methods."""

    def __init__(self, folder: Path) -> None:
        schema = json.loads((folder / "session-params.json").read_bytes())
        self.methods = frozenset(schema["properties"])
        self._check = fastjsonschema.compile(schema)

    def check(self, method: str, params: Any) -> None:
        """Raises WorkerError naming the first field that does not fit."""
        try:
            self._check({method: params})
        except fastjsonschema.JsonSchemaValueException as error:
            raise WorkerError(f"not a valid request: {error.message}", code="BAD_REQUEST") from None
