"""What programs read: feeds, sitemaps, facts in pages, the manifest. People read the pages."""
