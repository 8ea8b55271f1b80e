using Emergence.Pipeline.Announcing;

namespace Emergence.Pipeline.Working;

/// <summary>Opens runs of layer groups.</summary>
internal interface IGroupOpener
{
    /// <summary>Opens a group's run, or begins it.</summary>
    /// <param name="first">The announcement for which it is opened; it is not worked on yet.</param>
    /// <param name="cancellationToken">Gives up waiting for whoever still has the folder.</param>
    /// <exception cref="MalformedAnnouncementException">No worker could open it.</exception>
    Task<IGroupWork> OpenAsync(AnnouncedWork first, CancellationToken cancellationToken);
}
