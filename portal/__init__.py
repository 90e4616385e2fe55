"""Portal: a news portal with live chat and live click counts, in one program.

The map of the rooms is in docs/architecture.md. The rule: a file imports only
from floors below its own, never sideways.
"""
