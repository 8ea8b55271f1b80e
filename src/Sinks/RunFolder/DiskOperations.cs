namespace Emergence.Sinks.RunFolder;

/// <summary>The real disk.</summary>
internal sealed class DiskOperations : IFolderOperations
{
    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public void WriteFile(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    public void FillFolder(string path, Action<string> fill)
    {
        Directory.CreateDirectory(path);
        fill(path);
    }

    public void Flush(string path) => Durability.Flush(path);

    public void Rename(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    public void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
