using Emergence.Cli.Doctor;

namespace Emergence.Cli.Tests.Doctor;

public sealed class DiskCheckTests
{
    [Fact]
    public void A_folder_that_does_not_exist_yet_is_judged_by_the_one_above_it_and_nothing_is_left_behind()
    {
        var above = Directory.CreateTempSubdirectory("emergence-disk-").FullName;
        var result = Assert.Single(new DiskCheck(Path.Combine(above, "runs", "first")).Check());
        Assert.NotEqual(CheckState.Fault, result.State);
        Assert.Contains(above, result.Finding);
        Assert.Empty(Directory.EnumerateFileSystemEntries(above));
        Directory.Delete(above);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_fault()
    {
        // /proc refuses new files whoever asks, root included.
        var result = Assert.Single(new DiskCheck("/proc").Check());
        Assert.Equal(CheckState.Fault, result.State);
        Assert.NotNull(result.Remedy);
    }
}
