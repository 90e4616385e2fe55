"""What is said: conversations, their entries, the desk that shares them among staff."""
