"""The door for requests: one module a resource. HTTP."""
