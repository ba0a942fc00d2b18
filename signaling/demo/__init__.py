"""Patients who are not there, so that one person can try everything. HTTP, a socket and aiortc."""
