"""Pages that show several rooms at once: article, front, category, console. They hold no SQL."""
