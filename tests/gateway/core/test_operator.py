"""Roles: deny by default, duties apart."""

from gateway.core.operator import GRANTS, Right, Role, may


def test_every_role_is_named_and_every_right_is_somebodys() -> None:
    """No role falls through to nothing by accident, no right is dead."""
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Right)


def test_the_one_who_configures_sees_no_contact_and_the_auditor_changes_nothing() -> None:
    """Separation of duties (GB/T 22239 8.1.5)."""
    contacts = {Right.SEE_ALL_CONTACTS, Right.SEE_OWN_CONTACTS, Right.REVEAL_NUMBER}
    assert not GRANTS[Role.ADMIN] & (contacts | {Right.PLAY_RECORDING})
    assert GRANTS[Role.AUDITOR] == {Right.SELF, Right.READ_AUDIT}
    assert not may(Role.OPERATOR, Right.MANAGE)
