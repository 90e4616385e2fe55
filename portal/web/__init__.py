"""Pages and forms: templates, static files, headers, origin, limits. Knows no domain."""
