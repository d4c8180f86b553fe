"""Text that people read: made safe, named, punctuated, put into templates."""
