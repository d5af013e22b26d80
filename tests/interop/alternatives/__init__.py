"""Every alternative tried: what a diagnosis offers is sent to the server that refused.

``refusals`` knows what the matrix saw refused and what each endpoint can do, ``ground`` brings a
fresh connection to where it was refused, ``trying`` sends what is offered, ``judging`` says what
the answer means, ``verifying`` takes the verification steps, ``programs`` runs the developer's
version (``executing``). ``python -m tests.interop.alternatives [NAME…]`` prints how they fared.
"""
