"""`python -m quantlab_worker <engine> <its module> <folder of schemas> <process id of the lab>`."""

import importlib
import sys
from pathlib import Path

from .channels import Channels
from .inbox import Inbox
from .orphan import end_with_parent


def main() -> None:
    name, module, schemas_folder, parent = sys.argv[1:5]
    end_with_parent(int(parent))
    channels = Channels()
    inbox = Inbox(channels.requests)
    # From here on nothing that is imported can print into the protocol.
    from .schemas import Schemas
    from .serve import Server

    schemas = Schemas(Path(schemas_folder))
    Server(name, lambda: importlib.import_module(module).create_engine(), channels, inbox, schemas).run()


if __name__ == "__main__":
    main()
