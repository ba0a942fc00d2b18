"""What the service costs and how fast it is, beside what others do. Real processes, real browsers.

Each figure is one line of JSON on standard output; what is going on is told on standard error.
"""
