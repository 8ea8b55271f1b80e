namespace Emergence.Broker.Tests.Crash;

/// <summary>Where in its work a publisher was when it was killed.</summary>
internal enum KillPlace
{
    /// <summary>It had not yet taken over its transactional id.</summary>
    Starting,

    /// <summary>It had, and no transaction was open.</summary>
    Between,

    /// <summary>A transaction was open.</summary>
    Inside,

    /// <summary>The commit was asked for and not carried out yet.</summary>
    AtCommit,

    /// <summary>The commit was carried out and the publisher had not been told.</summary>
    Untold,
}
