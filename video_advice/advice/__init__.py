"""What the contact ends with: how urgent it is, which level of care, and the advice given."""
