"""Which test shows which defect of panoramisk 1.4.

``NUMBERED`` are the defects of its manager interface and its FastAGI as they were found by probing
it against Asterisk 22, ``THREATS`` the same seen as threats. A name is a test of this folder.
"""

from __future__ import annotations

NUMBERED: dict[int, tuple[str, ...]] = {
    1: ("test_an_unanswered_originate_is_sent_again",),
    2: ("test_a_frozen_peer_is_never_noticed",),
    3: ("test_what_is_never_answered_waits_for_ever",),
    4: ("test_queue_add_is_never_answered_and_never_forgotten",),
    5: ("test_who_wants_one_answer_gets_none",),
    6: ("test_an_agi_command_is_never_answered_and_its_event_vanishes",),
    7: ("test_a_synchronous_originate_ends_the_connection",),
    8: ("test_a_callback_with_a_bug_ends_the_connection",),
    9: ("test_callbacks_overtake_each_other",),
    10: ("test_a_line_break_in_a_value_is_a_second_action",),
    11: ("test_a_character_split_over_two_segments_vanishes",),
    12: ("test_gb18030_vanishes",),
    13: ("test_a_refused_login_says_nothing",),
    14: ("test_closed_it_comes_back",),
    15: ("test_before_connect_it_stumbles_over_itself",),
    16: ("test_a_header_changes_its_type_when_it_comes_twice",),
    17: ("test_headers_are_changed_merged_and_lost",),
    18: ("test_news_with_an_actions_id_reaches_nobody_else",),
    19: ("test_its_call_manager_mixes_the_calls_of_one_second",),
    20: ("test_a_stream_kept_by_name_ends_the_login",),
    21: ("test_one_knock_freezes_the_whole_loop",),
    22: (
        "test_a_silent_stranger_is_kept_for_ever",
        "test_a_caller_who_is_gone_is_a_value_error",
        "test_a_hang_up_is_taken_for_the_answer",
        "test_a_usage_text_is_read_for_one_line",
        "test_an_empty_line_is_a_value_error",
        "test_words_are_cut_at_the_first_blank",
        "test_who_is_cancelled_goes_on_as_if_nothing_were",
        "test_a_line_break_is_a_second_command",
        "test_a_plain_function_is_no_route",
    ),
}

THREATS: dict[str, tuple[int, ...]] = {
    "a: AMI action injection": (10,),
    "b: a half-open link is not noticed, each ping leaks": (2,),
    "c: characters split over segments vanish": (11,),
    "d: actions are sent again after a reconnect": (1,),
    "e: no deadline on an answer": (3,),
    "f: an exception in a callback ends the connection": (8,),
    "g: callbacks out of order": (9,),
    "h: connect and close freezes the loop; newlines, HANGUP, empty lines": (21, 22),
}
