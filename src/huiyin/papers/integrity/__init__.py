"""The seal of integrity on our PDFs: made with this installation's own key, it shows whether a file was changed since. No more.

It is no licensed electronic signature and no unit's seal, and says so in the certificate and in the file. How people signed
stands in the text; this only vouches that the text is still the one printed here.
"""
