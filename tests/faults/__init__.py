"""The promises of the contract, proven under faults."""
