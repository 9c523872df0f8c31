"""The mediator's file, the committee's court papers, and reading and signing by a party."""
