"""What is being read: clicks counted once, totals shown everywhere, readers now."""
