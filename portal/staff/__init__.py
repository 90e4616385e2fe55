"""Who works here: accounts, passwords, sessions, sign-in."""
