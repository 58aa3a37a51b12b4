"""From an anonymous content to a name: what is open, the steps, the answers, the clocks, and whom to write to."""
