"""Imported by the fork server alone, before anything else: how it takes signals, and its heap.

A service manager sends SIGTERM to every process of a service at once. The fork server tells the
parent when a worker has ended; if it died first, the parent would take workers that still drain
for ended ones. So it ignores SIGTERM (as it does SIGINT) and ends when its parent does; a worker
begins with the default, until uvicorn and `portal.live.draining` put theirs. Around the fork it is
held back: a worker that still ignored it would never learn that it is to leave.

What it imports is there to stay: nobody looks through it for what may go, neither here, where that
was a tenth of a start, nor in the workers, to whom looking would copy the memory they share.
"""

import gc
import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
gc.disable()


def _hold_back() -> None:
    gc.freeze()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])


def _let_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def _begin_as_worker() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.enable()
    _let_through()


os.register_at_fork(
    before=_hold_back, after_in_parent=_let_through, after_in_child=_begin_as_worker
)
