"""Sockets: the protocol's frame, the wire, the hub, the endpoint. Knows no domain; a domain
hands in its table of message types."""
