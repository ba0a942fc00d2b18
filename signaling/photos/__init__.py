"""What was sent becomes what is kept. Decoded by Pillow in child processes, kept in a directory."""
