"""The wire: what browsers and the service say to each other. Typed with msgspec."""
