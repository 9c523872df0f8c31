"""Papers as PDF and Word, files printed whole, and the page a verification code opens."""
