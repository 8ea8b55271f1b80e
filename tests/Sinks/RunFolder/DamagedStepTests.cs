using System.Text.Json.Nodes;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.RunFolder;

public sealed class DamagedStepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_that_was_cut_off_is_named_at_the_next_start()
    {
        var path = Path.Combine(MakeRun(), "step-0000000002", "features.arrow");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        var e = Assert.Throws<BadInputException>(() => SampleRun.Open(_folder["run"]));
        Assert.Equal(path, e.File);
        Assert.Contains("bytes, the commit says", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_was_changed_is_named_when_it_is_read()
    {
        var path = Path.Combine(MakeRun(), "step-0000000002", "curves.arrow");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var store = SampleRun.Open(_folder["run"]);
        Assert.Equal(path, Assert.Throws<BadInputException>(() => store.Reader.Read(2, Tables.Curves)).File);
        ResultAssert.Same(SampleResults.Make(1, 1), store.Reader.Read(1, Tables.All));
    }

    [Fact]
    public void State_that_was_changed_or_is_missing_is_named()
    {
        var path = Path.Combine(MakeRun(), "step-0000000002", "state", "layers.0", "moments.bin");
        File.WriteAllText(path, "momentS");
        using var store = SampleRun.Open(_folder["run"]);
        Assert.Equal(path, Assert.Throws<BadInputException>(() => store.Reader.VerifyPart(2, "state")).File);
        File.Delete(path);
        Assert.Equal(path, Assert.Throws<BadInputException>(() => store.Reader.VerifyPart(2, "state")).File);
    }

    [Fact]
    public void A_step_that_is_missing_between_others_is_named()
    {
        Directory.Delete(Path.Combine(MakeRun(), "step-0000000001"), recursive: true);
        Assert.Contains("committed after step 1 and now comes after no step", Assert.Throws<BadInputException>(() => SampleRun.Open(_folder["run"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"step":2}""")]
    public void A_commit_that_is_not_one_is_named(string text)
    {
        var path = Path.Combine(MakeRun(), "step-0000000002", "commit.json");
        File.WriteAllText(path, text);
        Assert.Equal(path, Assert.Throws<BadInputException>(() => SampleRun.Open(_folder["run"])).File);
    }

    [Theory]
    [InlineData("../../secret")]
    [InlineData("/etc/passwd")]
    public void A_commit_that_points_out_of_its_folder_is_refused(string file)
    {
        var path = Path.Combine(MakeRun(), "step-0000000002", "commit.json");
        var commit = JsonNode.Parse(File.ReadAllText(path))!;
        commit["files"]![0]!["path"] = file;
        File.WriteAllText(path, commit.ToJsonString());
        Assert.Contains("not a file of the step's folder", Assert.Throws<BadInputException>(() => RunFolderReader.Open(_folder["run"]).ReadCommit(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_under_another_steps_name_is_refused()
    {
        var run = MakeRun();
        Directory.Move(Path.Combine(run, "step-0000000002"), Path.Combine(run, "step-0000000003"));
        Assert.Contains("it says step 2", Assert.Throws<BadInputException>(() => SampleRun.Open(run)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"format":2,"settings":{}}""")]
    [InlineData("""{"format":1,"settings":{}}""")]
    [InlineData("""{"format":1,"run":"a","model":"b","parameters":1,"metrics_version":"1","producer":"p"}""")]
    public void A_description_that_is_not_one_is_named(string text)
    {
        var path = Path.Combine(MakeRun(), "run.json");
        File.WriteAllText(path, text);
        Assert.Equal(path, Assert.Throws<BadInputException>(() => SampleRun.Open(_folder["run"])).File);
        Assert.Equal(path, Assert.Throws<BadInputException>(() => RunFolderReader.Open(_folder["run"])).File);
    }

    [Fact]
    public void A_folder_that_is_no_run_is_named() =>
        Assert.Contains("it is not a run folder", Assert.Throws<BadInputException>(() => RunFolderReader.Open(_folder.Path)).Message, StringComparison.Ordinal);

    private string MakeRun()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        SampleRun.Commit(store, 2);
        return _folder["run"];
    }
}
