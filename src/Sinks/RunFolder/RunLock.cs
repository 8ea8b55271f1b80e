using System.Globalization;
using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// One writer per run. The lock is the operating system's on an open file, so it ends with the process however that ends;
/// a second file says who holds it, because a locked file cannot be read.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private static readonly int[] _taken = [11, 35, unchecked((int)0x80070020)];
    private readonly FileStream _stream;
    private readonly string _holder;

    private RunLock(FileStream stream, string holder)
    {
        _stream = stream;
        _holder = holder;
    }

    /// <exception cref="BadInputException">Another process has it; the message says which.</exception>
    public static RunLock Take(string folder, TimeProvider time, string remedy = "wait until it has ended, stop it, or give another run folder")
    {
        var holder = Path.Combine(folder, FolderLayout.LockHolder);
        FileStream stream;
        try
        {
            stream = new FileStream(Path.Combine(folder, FolderLayout.Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (_taken.Contains(e.HResult))
        {
            throw new BadInputException(folder, "", $"{Who(holder)} is writing to this run", remedy, e);
        }

        try
        {
            File.WriteAllText(holder, string.Create(
                CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC"));
            return new RunLock(stream, holder);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody has it; a folder that cannot be looked at counts as free, and taking it says what is wrong.</summary>
    public static bool IsTaken(string folder)
    {
        try
        {
            new FileStream(Path.Combine(folder, FolderLayout.Lock), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            return _taken.Contains(e.HResult);
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_holder);
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            // Only a courtesy to whoever meets the lock: the lock itself ends with the stream.
        }

        _stream.Dispose();
    }

    private static string Who(string holder)
    {
        const int Longest = 200;
        try
        {
            using var reader = new StreamReader(holder);
            var buffer = new char[Longest];
            var text = new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
            return text.Length > 0 ? text : "another process";
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            return "another process";
        }
    }
}
