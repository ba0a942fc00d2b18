"""The regions that run the service, and what each of them offers."""
