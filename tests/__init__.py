"""The suite: the same folders as the code, and flows, browser and faults across it."""
