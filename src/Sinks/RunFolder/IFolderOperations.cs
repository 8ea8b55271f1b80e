namespace Emergence.Sinks.RunFolder;

/// <summary>
/// Everything a commit does to the disk, one call per step that a crash can fall behind. Faults are thrown as
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IFolderOperations
{
    /// <summary>Makes a folder and those above it.</summary>
    void CreateFolder(string path);

    /// <summary>Makes a new file and leaves it on the disk, not only in a cache.</summary>
    void WriteFile(string path, Action<Stream> write);

    /// <summary>Lets somebody else put files into a folder.</summary>
    void FillFolder(string path, Action<string> fill);

    /// <summary>Puts a file or folder that was written before onto the disk.</summary>
    void Flush(string path);

    /// <summary>Gives a file or folder its final name, all at once.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file, or a folder with all that is in it.</summary>
    void Delete(string path);
}
