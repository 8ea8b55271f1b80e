using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>The real disk until one of its operations is interrupted, before it or half-way; after that nothing happens any more, as after kill -9.</summary>
internal sealed class FaultyDisk(int crashAt, bool halfWay) : IFolderOperations
{
    private readonly DiskOperations _disk = new();
    private int _next;

    /// <summary>What was done, in words, in order.</summary>
    public List<string> Done { get; } = [];

    public void CreateFolder(string path) => Do("create", path, () => _disk.CreateFolder(path), () => { });

    public void WriteFile(string path, Action<Stream> write) => Do("write", path, () => _disk.WriteFile(path, write), () =>
    {
        var whole = new MemoryStream();
        write(whole);
        File.WriteAllBytes(path, whole.ToArray()[..(int)(whole.Length / 2)]);
    });

    public void FillFolder(string path, Action<string> fill) => Do("fill", path, () => _disk.FillFolder(path, fill), () =>
    {
        _disk.FillFolder(path, fill);
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(file, []);
        }
    });

    public void Flush(string path) => Do("flush", path, () => _disk.Flush(path), () => { });

    public void Rename(string from, string to) => Do("rename", to, () => _disk.Rename(from, to), () => { });

    public void Delete(string path) => Do("delete", path, () => _disk.Delete(path), () =>
    {
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Take(1))
        {
            File.Delete(file);
        }
    });

    private void Do(string what, string path, Action whole, Action half)
    {
        if (_next > crashAt)
        {
            throw new CrashException();
        }

        if (_next++ == crashAt)
        {
            if (halfWay)
            {
                half();
            }

            throw new CrashException();
        }

        whole();
        Done.Add($"{what} {Path.GetFileName(path)}");
    }

    /// <summary>The process is gone: nothing catches this.</summary>
    public sealed class CrashException : Exception;
}
