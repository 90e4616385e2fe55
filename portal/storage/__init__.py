"""What outlives the processes: the database (SQLite or PostgreSQL), its migrations, and media
files."""
