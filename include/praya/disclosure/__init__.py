"""What must not get out: personal data that is found in a table, and counts of so few that they speak of somebody."""
