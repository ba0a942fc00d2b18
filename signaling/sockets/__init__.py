"""The door for live talk: who may say what, and to whom it goes. WebSocket."""
