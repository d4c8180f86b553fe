"""What the consumer meets: catalogue, pages, feeds, serving, publication and preservation copies."""
