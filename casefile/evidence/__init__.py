"""Captures: taking, receiving, sealing, verifying."""
