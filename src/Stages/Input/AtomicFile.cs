namespace Emergence.Stages.Input;

/// <summary>Writes a file so that it is there whole or not at all: beside its place, flushed to the disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes or replaces a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content to the stream it is given.</param>
    /// <exception cref="IOException">It cannot be written; an older file at <paramref name="path"/> is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".tmp-{Environment.ProcessId}-{Path.GetFileName(path)}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            AtomicFolder.Flush(folder);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
