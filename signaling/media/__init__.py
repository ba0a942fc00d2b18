"""Picture and sound: the way between two browsers, and peers of our own. coturn and aiortc."""
