"""Imported by the fork server alone, before anything else: how it takes signals.

A service manager sends SIGTERM to every process of a service at once. The fork server tells the
parent when a worker has ended; if it died first, the parent would take workers that still drain
for ended ones. So it ignores SIGTERM (as it does SIGINT) and ends when its parent does; a worker
begins with the default, until uvicorn and `portal.live.draining` put theirs.
"""

import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
