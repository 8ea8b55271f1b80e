using Emergence.Stages.Input;

namespace Emergence.Sinks.Report;

/// <summary>Writes <c>report.html</c>: one file that opens from disk without network.</summary>
public static class ReportFile
{
    /// <summary>The file's name in a run folder.</summary>
    public const string Name = "report.html";

    /// <summary>Writes the report, replacing an older one in one step: a reader sees the old file or the new one.</summary>
    /// <param name="run">What it shows. The same content gives the same bytes.</param>
    /// <param name="path">Where it goes.</param>
    /// <exception cref="IOException">The disk refuses; an older report stays as it was.</exception>
    public static void Write(ReportRun run, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        ReportPage.Write(run, writer);
    });
}
