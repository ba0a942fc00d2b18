"""The server: everything that touches the world, around the rules in `video_advice`."""
