"""The Controlling Officer's Report on Head 135 and the monthly report of 1823: how they are built, and their words."""
