"""The call itself: who is called next, in which words, by which channel, and what they answer."""
