using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.RunFolder;

public sealed class DiskFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TmpfsFact]
    public void A_full_disk_is_said_and_costs_only_the_step_in_work()
    {
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        TmpfsFactAttribute.Mount(disk, "size=300k");
        try
        {
            var run = Path.Combine(disk, "run");
            using var store = SampleRun.Open(run);
            SampleRun.Commit(store, 1);
            var e = Assert.Throws<BadInputException>(() => store.Commit(SampleResults.Make(2, 2, features: 2000), SampleRun.Details, SampleRun.Parts));
            Assert.Equal((Path.Combine(run, "step-0000000002"), "the disk is full"), (e.File, e.Problem));
            AssertOnlyStep(run, store, 1);
            SampleRun.Commit(store, 2);
            Assert.Equal([1, 2], store.Reader.ListSteps());
        }
        finally
        {
            TmpfsFactAttribute.Unmount(disk);
        }
    }

    [TmpfsFact]
    public void A_read_only_disk_is_said()
    {
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        TmpfsFactAttribute.Mount(disk, "size=64k,ro");
        try
        {
            var e = Assert.Throws<BadInputException>(() => SampleRun.Open(Path.Combine(disk, "run")));
            Assert.Contains("read-only", e.Problem, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("another run folder", e.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            TmpfsFactAttribute.Unmount(disk);
        }
    }

    [Fact]
    public void A_part_that_fills_the_disk_costs_only_the_step_in_work()
    {
        Assert.True(File.Exists("/dev/full"), "this test writes to Linux's /dev/full");
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        var parts = new Dictionary<string, Action<string>>
        {
            ["state"] = folder =>
            {
                File.WriteAllText(Path.Combine(folder, "first"), "fits");
                using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
                full.Write(new byte[100_000]);
                full.Flush();
            },
        };
        var e = Assert.Throws<BadInputException>(() => store.Commit(SampleResults.Make(2), SampleRun.Details, parts));
        Assert.Equal("the disk is full", e.Problem);
        Assert.Contains("every committed step is intact", e.Remedy, StringComparison.Ordinal);
        AssertOnlyStep(_folder["run"], store, 1);
    }

    [Theory]
    [InlineData("file/run")]
    [InlineData("file")]
    public void A_folder_that_cannot_be_made_is_named(string name)
    {
        File.WriteAllText(_folder["file"], "a file stands where the folder should be");
        var e = Assert.Throws<BadInputException>(() => SampleRun.Open(_folder[name]));
        Assert.Equal(_folder[name], e.File);
        Assert.Contains("another run folder", e.Remedy, StringComparison.Ordinal);
    }

    private static void AssertOnlyStep(string run, RunFolderStore store, long step)
    {
        Assert.Equal([$"step-{step:D10}"], Directory.EnumerateDirectories(run).Select(d => Path.GetFileName(d)));
        Assert.Equal(step, store.LastStep);
        ResultAssert.Same(SampleResults.Make(step, (int)step), store.Reader.Read(step, Tables.All));
        store.Reader.VerifyPart(step, "state");
    }
}
