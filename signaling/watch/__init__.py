"""What those who run the service see of it: figures for Prometheus, traces for OpenTelemetry.

Everything here is counted by kind. No label, span or attribute names a person, a contact, or how
long one nurse talks.
"""
