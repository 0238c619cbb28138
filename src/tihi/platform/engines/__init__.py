"""The three engines, run as our own children: PostgreSQL, Valkey and NATS."""

from tihi.platform.engines.engine import Endpoints, EngineStatus
from tihi.platform.engines.supervisor import Engines, running, start
from tihi.platform.engines.trouble import EngineError, HomeLocked

__all__ = ["Endpoints", "EngineError", "EngineStatus", "Engines", "HomeLocked", "running", "start"]
