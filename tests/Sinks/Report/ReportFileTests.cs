using Emergence.Sinks.Report;

namespace Emergence.Sinks.Tests.Report;

public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_report_replaces_the_older_one_and_leaves_nothing_beside_it()
    {
        var path = Path.Combine(_folder, ReportFile.Name);
        File.WriteAllText(path, "old");
        ReportFile.Write(SampleReport.Small(), path);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void When_the_report_cannot_be_replaced_no_draft_is_left()
    {
        var path = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => ReportFile.Write(SampleReport.Small(), path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }
}
