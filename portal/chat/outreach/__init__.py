"""What leaves the house for one who has gone: letters, transcripts, and the way back."""
