using Emergence.Pipeline.Announcing;
using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Working;

/// <summary>The open run of a layer group: holds its SAEs and the lock on its run folder until it is disposed of.</summary>
internal interface IGroupWork : IAsyncDisposable
{
    /// <summary>Reads what is committed.</summary>
    RunFolderReader Reader { get; }

    /// <summary>Works on a checkpoint until it is committed to the group's run folder; one that is committed already is left alone.</summary>
    /// <param name="work">The checkpoint.</param>
    /// <param name="abort">Gives it up with <see cref="OperationCanceledException"/>. After that, and after any other exception, it can only be disposed of.</param>
    Task WorkAsync(AnnouncedWork work, CancellationToken abort);
}
