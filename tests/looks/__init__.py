"""How the pages look and whether everybody can use them: every screen in a real browser, checked and pictured."""
