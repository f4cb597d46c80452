"""The Kamailio that tests run."""

from gateway.provision.edge_copy import present_edge
from gateway.provision.places import here
from gateway.telephony.edge_process import EdgeProgram
from tests.needs import absent


def kamailio() -> EdgeProgram:
    """The machine's own or the private copy, or the word that there is none."""
    return present_edge(here()) or absent("Kamailio")
