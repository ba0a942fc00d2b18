"""Calling people back to the page. Web Push by pywebpush, and text messages."""
