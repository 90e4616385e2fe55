"""Files said in a conversation: taken in, looked at, made harmless, handed out with a proof."""
