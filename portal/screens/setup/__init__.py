"""The pages below `/staff/desk/`: how the desk is set up. Plain forms, for administrators."""
