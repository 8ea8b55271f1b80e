namespace Emergence.Pipeline.Checkpoints;

/// <summary>The system's reports of changes in a folder and the folders in it.</summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly FileSystemWatcher? _watcher;

    private FolderWatch(FileSystemWatcher? watcher)
    {
        _watcher = watcher;
    }

    /// <summary>Starts to listen. Where the system cannot watch (no watches left, a file system that does not), it is silent.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="changed">Called on any thread when something may have changed.</param>
    /// <returns>Ends the listening when disposed.</returns>
    public static IDisposable Start(string folder, Action changed)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.DirectoryName | NotifyFilters.FileName | NotifyFilters.Size | NotifyFilters.LastWrite,
            };
            watcher.Created += (_, _) => changed();
            watcher.Changed += (_, _) => changed();
            watcher.Renamed += (_, _) => changed();
            watcher.Deleted += (_, _) => changed();

            // Reports were lost: look at once.
            watcher.Error += (_, _) => changed();
            watcher.EnableRaisingEvents = true;
            return new FolderWatch(watcher);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            // The slow look beside it finds everything too, later.
            watcher?.Dispose();
            return new FolderWatch(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watcher?.Dispose();
}
