using System.Diagnostics;

namespace Emergence.Sinks.Tests.Report;

/// <summary>Debian's chromium without a window: opens a file from disk and returns what became of it.</summary>
internal static class Chromium
{
    /// <summary>The program; null when this machine has none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => System.IO.Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    /// <summary>Opens a page and returns its document after its scripts ran, and what chromium said on its console.</summary>
    public static (string Document, string[] Console) Open(string file, int width = 1400)
    {
        var profile = Directory.CreateTempSubdirectory("emergence-chromium-").FullName;
        try
        {
            var start = new ProcessStartInfo(Path!)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                ArgumentList =
                {
                    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", $"--user-data-dir={profile}", $"--window-size={width},1000", "--virtual-time-budget=10000", "--enable-logging=stderr", "--dump-dom", new Uri(file).AbsoluteUri,
                },
            };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var document = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (document, [.. error.Result.Split('\n').Where(line => line.Contains(":CONSOLE", StringComparison.Ordinal))]);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
