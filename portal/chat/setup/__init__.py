"""How the desk is set up: hours, desks, seats, labels, blocks, letters. For administrators."""
