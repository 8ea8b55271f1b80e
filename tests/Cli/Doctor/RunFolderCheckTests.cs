using Emergence.Cli.Doctor;
using Emergence.Cli.Tests.Runs;

namespace Emergence.Cli.Tests.Doctor;

public sealed class RunFolderCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_whole_run_is_told_with_its_newest_step()
    {
        var result = Assert.Single(new RunFolderCheck(CommittedRun.In(_folder, 0, 4)).Check());
        Assert.Equal(CheckState.Ok, result.State);
        Assert.Contains("2 commits, all whole, newest step 4", result.Finding);
    }

    [Fact]
    public void Each_damaged_commit_is_named_with_a_remedy()
    {
        CommittedRun.In(_folder, 0, 4, 16);
        foreach (var file in Directory.GetFiles(_folder, "health.arrow", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(2))
            File.Delete(file);
        var results = new RunFolderCheck(_folder).Check().ToArray();
        Assert.Equal([CheckState.Fault, CheckState.Fault], results.Select(r => r.State));
        Assert.All(results, r => Assert.Contains("health.arrow", r.Finding));
        Assert.All(results, r => Assert.NotNull(r.Remedy));
    }
}
