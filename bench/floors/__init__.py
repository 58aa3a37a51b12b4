"""Pages written by hand: SQL on the bare driver, walls included; plain rows; the same template in a bare Flask view.

What a page does for cases that the bench's firm does not have (data to be gathered, contents gone, messages stuck) is
left out here: the floor is then lower, never higher. Both sides must give the same bytes.
"""
