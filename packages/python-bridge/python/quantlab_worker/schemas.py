"""Requests are held against the schemas that the lab's types were turned into."""

import hashlib
import json
from pathlib import Path
from typing import Any

import fastjsonschema

from .errors import WorkerError

_NAMES = ("worker-request", "worker-params", "worker-reply", "worker-results")


class Schemas:
    """The four schemas of the protocol, and one digest over them."""

    def __init__(self, folder: Path) -> None:
        texts = {name: (folder / f"{name}.json").read_bytes() for name in _NAMES}
        self.sha256 = hashlib.sha256(b"".join(texts[name] for name in _NAMES)).hexdigest()
        self._request = fastjsonschema.compile(json.loads(texts["worker-request"]))
        self._params = fastjsonschema.compile(json.loads(texts["worker-params"]))

    def check(self, request: dict[str, Any]) -> None:
        """Raises WorkerError naming the first field that does not fit."""
        try:
            self._request(request)
            self._params({request["method"]: request["params"]})
        except fastjsonschema.JsonSchemaValueException as error:
            raise WorkerError(f"not a valid request: {error.message}", code="BAD_REQUEST") from None
