"""What an engine's module is written against, and the process that serves it to the lab."""

from .clock import now_ms
from .engine import ChatMessage, Engine, EngineInfo, Sampling, Tool, Trace
from .errors import WorkerError

__all__ = ["ChatMessage", "Engine", "EngineInfo", "Sampling", "Tool", "Trace", "WorkerError", "now_ms"]
