using System.Diagnostics;

namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>A test that mounts a small file system of its own; skipped, with the reason, where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _problem = new(Try);

    public TmpfsFactAttribute()
    {
        Skip = _problem.Value;
    }

    public static void Mount(string folder, string options) => Run("mount", "-t", "tmpfs", "-o", options, "emergence-test", folder);

    public static void Unmount(string folder) => Run("umount", "-l", folder);

    private static string? Try()
    {
        var folder = Directory.CreateTempSubdirectory("emergence-mount-").FullName;
        try
        {
            Mount(folder, "size=64k");
            Unmount(folder);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"a tmpfs cannot be mounted here (needs root on Linux): {e.Message}";
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {error.Trim()}");
        }
    }
}
