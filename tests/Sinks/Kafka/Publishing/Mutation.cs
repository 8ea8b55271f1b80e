namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>What is wrong with a publisher on purpose, so that the checks can be seen to find it.</summary>
public enum Mutation
{
    /// <summary>It begins at the first commit, whatever is published.</summary>
    SkipsTheCursor,

    /// <summary>It begins a step again in the transaction that it should have aborted.</summary>
    DoesNotAbort,

    /// <summary>It goes on when another process has taken over, with a producer of its own that takes over silently.</summary>
    IgnoresFencing,

    /// <summary>It takes a commit whose outcome it does not know for done.</summary>
    TakesDoubtForDone,

    /// <summary>It commits its notice apart from the messages.</summary>
    CommitsInTwo,

    /// <summary>Takes the run over again without looking whether another publishes it now.</summary>
    LooksForNoSuccessor,
}
