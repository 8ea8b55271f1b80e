namespace Emergence.TestBroker.Transactions;

/// <summary>Where a transactional id stands.</summary>
public enum TransactionPhase
{
    /// <summary>Initialised, no transaction yet.</summary>
    Empty,

    /// <summary>A transaction is open.</summary>
    Ongoing,

    /// <summary>Its commit is decided, markers are not written yet.</summary>
    PrepareCommit,

    /// <summary>Its abort is decided, markers are not written yet.</summary>
    PrepareAbort,

    /// <summary>The last transaction was committed.</summary>
    CompleteCommit,

    /// <summary>The last transaction was aborted.</summary>
    CompleteAbort,
}
