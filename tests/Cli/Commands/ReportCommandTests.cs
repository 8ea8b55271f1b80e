using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.Cli.Tests.Runs;

namespace Emergence.Cli.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task The_report_goes_into_the_run_folder_unless_named_otherwise()
    {
        var run = CommittedRun.In(Path.Combine(_program.Folder, "run"), 0, 4);
        Assert.Equal(0, await _program.RunAsync(ReportCommand.Create(_program.Host), "report", run));
        Assert.Contains("\"category\":\"modal\"", File.ReadAllText(Path.Combine(run, "report.html")));

        var elsewhere = Path.Combine(_program.Folder, "r.html");
        Assert.Equal(0, await _program.RunAsync(ReportCommand.Create(_program.Host), "report", run, "--out", elsewhere, "--json"));
        using var json = JsonDocument.Parse(_program.Output.Split('\n')[1]);
        Assert.Equal((elsewhere, 2), (json.RootElement.GetProperty("report").GetString(), json.RootElement.GetProperty("checkpoints").GetInt32()));
        Assert.True(File.Exists(elsewhere));
    }

    [Fact]
    public async Task A_damaged_run_is_bad_input_and_the_older_report_stays()
    {
        var run = CommittedRun.In(Path.Combine(_program.Folder, "run"), 0, 4);
        File.WriteAllText(Path.Combine(run, "report.html"), "old");
        var curves = Directory.GetFiles(run, "curves.arrow", SearchOption.AllDirectories)[0];
        File.WriteAllBytes(curves, File.ReadAllBytes(curves)[..^8]);

        Assert.Equal(3, await _program.RunAsync(ReportCommand.Create(_program.Host), "report", run));
        Assert.Contains("curves.arrow", _program.Error);
        Assert.Equal("old", File.ReadAllText(Path.Combine(run, "report.html")));
    }
}
