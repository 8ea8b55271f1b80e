namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Times and sizes of the client.</summary>
internal static class Limits
{
    /// <summary>How long a call goes on while no broker answers.</summary>
    public static readonly TimeSpan Call = TimeSpan.FromSeconds(30);

    /// <summary>How long topics' options are asked for, which can be done without.</summary>
    public static readonly TimeSpan Options = TimeSpan.FromSeconds(10);

    /// <summary>How much longer than the broker keeps a transaction open a commit or an abort is waited for.</summary>
    public static readonly TimeSpan BeyondTransaction = TimeSpan.FromSeconds(15);

    /// <summary>Longest stay in the library before cancellation is looked at.</summary>
    public static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest stay in the library of a reader, and of a member of a group while it works.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Room for key, headers and framing beside a message's value.</summary>
    public const int EnvelopeBytes = 24 * 1024;

    /// <summary>Messages that wait in a producer's queue.</summary>
    public const int QueuedMessages = 10_000;

    /// <summary>Looks at a full queue of which every message has been reported: room is made somewhat after the report.</summary>
    public const int LooksAtFullQueue = 100;

    /// <summary>Bytes that wait in a producer's queue, unless messages are very large.</summary>
    public const int QueuedKilobytes = 64 * 1024;

    /// <summary>The same of a producer whose messages may be lost.</summary>
    public const int BestEffortKilobytes = 8 * 1024;

    /// <summary>Kilobytes a reader fetches ahead.</summary>
    public const int FetchedKilobytes = 32 * 1024;

    /// <summary>Messages between a reader's thread and who enumerates them.</summary>
    public const int HandedOver = 16;

    /// <summary>How long a best-effort message may wait for its broker.</summary>
    public const int BestEffortTimeoutMs = 10_000;
}
