"""The board: what is being read, and why its numbers are what they are."""
