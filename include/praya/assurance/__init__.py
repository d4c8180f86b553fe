"""What proves to others that what is released is what it says: verify, links, evidence, reproduce, audit."""
