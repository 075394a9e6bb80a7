"""What joins the apps, in readable tables: fact -> steps, in the order in which things happen."""
