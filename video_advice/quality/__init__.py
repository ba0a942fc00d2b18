"""How the service is judged by the people it serves."""
