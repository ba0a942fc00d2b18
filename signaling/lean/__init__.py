"""Open sockets that cost next to nothing. WebSocket (RFC 6455) on uvicorn's own transports.

`serve.py` hands `http_protocol()` to uvicorn. An endpoint finds the offer in its ASGI scope
(`face.offered`), accepts, takes the socket over with an `Ear` of its own, and returns: from then on
there is no task, no scope and no queue, only a transport, a `Socket` and the ear. Whoever does not
take it over speaks plain ASGI.
"""
