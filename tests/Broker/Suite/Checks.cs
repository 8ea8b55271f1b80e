namespace Emergence.Broker.Tests.Suite;

/// <summary>Every check of the suite, by its name. A check takes a broker, whichever it is, and fails by an assertion.</summary>
internal static class Checks
{
    private static readonly Func<BrokerUnderTest, Task>[] Each =
    [
        VisibilityChecks.Aborted_messages_are_hidden_from_readers_of_what_is_committed_and_are_there_for_others,
        VisibilityChecks.A_transaction_is_seen_whole_in_all_its_topics_and_partitions,
        VisibilityChecks.An_open_transaction_of_another_program_holds_back_what_lies_behind_it_and_nothing_of_that_is_missed,
        VisibilityChecks.A_glimpse_waits_for_no_open_transaction_and_sees_what_stands_before_it,
        VisibilityChecks.What_a_dead_program_left_open_is_ended_by_the_broker_s_time_out,
        FencingChecks.A_transaction_that_a_dead_producer_left_open_is_aborted_when_its_successor_initialises,
        FencingChecks.A_second_producer_fences_the_first_whose_commit_fails,
        FencingChecks.A_fenced_producer_cannot_begin_again,
        OffsetChecks.Offsets_count_when_their_transaction_is_committed_and_not_when_it_is_aborted,
        OffsetChecks.Offsets_of_a_former_generation_are_refused,
        OffsetChecks.A_worker_that_was_cut_off_cannot_deliver_what_another_has_taken_over,
        CutChecks.A_connection_cut_anywhere_in_a_transaction_loses_nothing_and_doubles_nothing,
        CutChecks.A_broker_that_is_away_in_the_midst_of_a_transaction_is_waited_for,
    ];

    public static IReadOnlyDictionary<string, Func<BrokerUnderTest, Task>> ByName { get; } = Each.ToDictionary(check => check.Method.Name);
}
