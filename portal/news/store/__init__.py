"""The queries of the newsroom, one noun a file, one statement a function."""
