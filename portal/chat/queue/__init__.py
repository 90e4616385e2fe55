"""Who answers whom, and when: desks, opening hours, the queue, and what a visitor may expect."""
