"""What is found again: words that were said, people, their way, and replies kept at hand."""
