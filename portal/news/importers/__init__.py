"""Ways in from outside: each reads another system's articles and hands drafts to the store."""
