"""What staff do with a conversation besides answering it: passing on, putting aside, sorting."""
