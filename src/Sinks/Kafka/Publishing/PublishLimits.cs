namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Times and numbers of publishing.</summary>
internal static class PublishLimits
{
    /// <summary>First pause before something is tried again; each later one is about twice as long, with jitter.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause before something is tried again.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    /// <summary>Longest time to take over the transactional id.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(60);

    /// <summary>Longest time to read the cursor. An open transaction of another program can hold it up for as long as the broker lets it stay open.</summary>
    public static readonly TimeSpan Cursor = TimeSpan.FromMinutes(2);

    /// <summary>Longest time from the beginning of a transaction to the end of its commit, as a share of the time for which the broker keeps it open.</summary>
    public const double ShareOfTransaction = 0.75;

    /// <summary>Longest time for a call when patience is over: less would not let a broker answer that is there.</summary>
    public static readonly TimeSpan LeastCall = TimeSpan.FromSeconds(5);

    /// <summary>Longest time for the abort of a transaction.</summary>
    public static readonly TimeSpan Abort = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for the abort with which an attempt that was given up leaves.</summary>
    public static readonly TimeSpan LastAbort = TimeSpan.FromSeconds(5);

    /// <summary>Over how long the circuit breaker counts.</summary>
    public static readonly TimeSpan BreakerWindow = TimeSpan.FromSeconds(60);

    /// <summary>How long the circuit stays open.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    /// <summary>Calls in the window before the circuit breaker judges.</summary>
    public const int BreakerCalls = 5;

    /// <summary>Failures in a row before a person is told that the broker is away.</summary>
    public const int FailuresBeforeAway = 3;

    /// <summary>How often a transaction with a group's offsets is begun again: a member that lost its membership never gets it through.</summary>
    public const int OffsetAttempts = 5;
}
