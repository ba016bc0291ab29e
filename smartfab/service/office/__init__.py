"""What one person can do at the door: every deed of the register behind the table of rights.

::

    caller (who, and what they may) ← ideas, proof, council, money, people, floor ← desk: Office

The API and the web page call the same methods, so that a right is checked in one place.
"""
