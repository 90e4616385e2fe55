"""The log: one line an event, to stdout; for people on a terminal, as JSON elsewhere.

No line holds a message's text, a cookie, a token or an address.
"""

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Set up structlog and the libraries' own loggers, once a process."""
    terminal = sys.stdout.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        # Plain tracebacks: the rich ones show local variables, and with them what people wrote.
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if terminal
        else structlog.processors.JSONRenderer()
    )
    tail: list[structlog.typing.Processor] = (
        [last] if terminal else [structlog.processors.format_exc_info, last]
    )
    structlog.configure(
        processors=[*shared, *tail],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # The libraries' own chatter (a worker started, a socket accepted) says what we say ourselves.
    root.setLevel(max(level, logging.WARNING))
