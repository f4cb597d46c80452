"""Who may do what with guests of calls: a part of the golden table of ``test_policy``."""

OWN = "operator supervisor"
GUESTS = {
    "GET /api/v1/directory": OWN,
    "GET /api/v1/parked": OWN,
    "DELETE /api/v1/watch/x/hear": "supervisor",
    "POST /api/v1/watch/x/hear": "supervisor",
    "POST /api/v1/watch/x/take-over": "supervisor",
    "POST /api/v1/seats/x/force": "supervisor",
    "POST /api/v1/parked/x/pick-up": OWN,
    **{
        f"POST /api/v1/calls/x/{what}": OWN
        for what in (
            "reach",
            "reach/undo",
            "reach/withdraw",
            "reach/verified",
            "guests/x/mode",
            "guests/x/drop",
            "mute",
            "leave",
            "transfer",
            "recording",
            "park",
        )
    },
}
