using Emergence.Sinks.Report;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Report;

public sealed class ReportSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-source-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_folder_gives_its_curves_and_what_was_asked_for()
    {
        using (var store = SampleRun.Open(_folder))
        {
            SampleRun.Commit(store, 1);
            SampleRun.Commit(store, 2);
        }

        var run = ReportSource.Read(_folder);
        Assert.Equal([1, 2], run.Checkpoints.Select(c => c.Step));
        Assert.NotEmpty(run.Checkpoints[1].Curves);
        Assert.NotEmpty(run.Checkpoints[1].Health);
        Assert.Contains(new KeyValuePair<string, string>("sae.k", "32"), run.Facts);
        Assert.Contains(new KeyValuePair<string, string>("hook_points", "layers.0, layers.1"), run.Facts);

        var path = ReportSource.WriteInto(_folder);
        Assert.Equal(Path.Combine(_folder, "report.html"), path);
        Assert.Contains("\"steps\":[1,2]", File.ReadAllText(path));
    }

    [Fact]
    public void Checkpoints_that_were_not_used_are_named_and_have_no_place_on_the_axis()
    {
        using (var store = SampleRun.Open(_folder))
        {
            SampleRun.Commit(store, 1);
            store.CommitRefusal(new(2, null, [], [], [], [], [new EventRow(EventKind.CheckpointVanished, EventSeverity.Warning, 2, null, null, null, null, "{}", "step 2 was deleted")]), "");
        }

        var run = ReportSource.Read(_folder);
        Assert.Equal([1], run.Checkpoints.Select(c => c.Step));
        Assert.Equal("step 2 was deleted", Assert.Single(run.Unused).Message);
        Assert.Contains("step 2 was deleted", File.ReadAllText(ReportSource.WriteInto(_folder)));
    }

    [Fact]
    public void A_folder_that_is_no_run_is_bad_input() => Assert.Throws<BadInputException>(() => ReportSource.Read(_folder));
}
