using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Faults;

/// <summary>What is to go wrong with one request.</summary>
public abstract record FaultAction
{
    private FaultAction()
    {
    }

    /// <summary>The connection is cut and the request is not carried out.</summary>
    public sealed record CutBefore : FaultAction;

    /// <summary>The request is carried out, and the connection is cut instead of an answer.</summary>
    public sealed record CutAfter : FaultAction;

    /// <summary>The request is carried out only after a while.</summary>
    /// <param name="By">How long.</param>
    public sealed record Delay(TimeSpan By) : FaultAction;

    /// <summary>The request is carried out only when a task has ended.</summary>
    /// <param name="Until">The task.</param>
    public sealed record Hold(Task Until) : FaultAction;

    /// <summary>The request is not carried out and answered with an error.</summary>
    /// <param name="Code">The error.</param>
    public sealed record Error(ErrorCode Code) : FaultAction;

    /// <summary>Something is done before the request is carried out, such as killing the process that sent it.</summary>
    /// <param name="What">What is done, on the connection's thread.</param>
    public sealed record Before(Action What) : FaultAction;

    /// <summary>Something is done after the request has been carried out and before it is answered.</summary>
    /// <param name="What">What is done, on the connection's thread.</param>
    public sealed record After(Action What) : FaultAction;
}
