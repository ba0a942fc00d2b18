"""What `python -m signaling` can do: one module a command."""
