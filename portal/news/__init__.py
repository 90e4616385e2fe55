"""What is published: articles with their revisions, categories, tags, authors, media, and the
pages that show them."""
