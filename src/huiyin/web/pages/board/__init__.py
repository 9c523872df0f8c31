"""What is late or will be, where, and how much: for supervisors and the public; spreadsheets and long work."""
