"""Letters and acts: facts become blocks, blocks become PDF and Word."""
