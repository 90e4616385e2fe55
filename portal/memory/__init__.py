"""What all server processes share for now (Valkey or Redis): bus, tally, presence. It may be
flushed at any time without loss."""
