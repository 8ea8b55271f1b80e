using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tests.Tokens.Files;

public sealed class ScratchTests
{
    [Fact]
    public void What_is_appended_is_read_back_and_no_name_is_left_even_while_it_is_open()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, scratch.Append("first "u8));
        Assert.Equal(6, scratch.Append("second"u8));
        Assert.Equal(12, scratch.Length);
        var bytes = new byte[8];
        scratch.Read(4, bytes);
        Assert.Equal("t second"u8.ToArray(), bytes);
        Assert.Throws<IOException>(() => scratch.Read(5, bytes));
        if (!OperatingSystem.IsWindows())
        {
            var link = Directory.EnumerateFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget ?? "").Where(t => t.Contains(".emergence-", StringComparison.Ordinal));
            Assert.All(link, t => Assert.EndsWith("(deleted)", t, StringComparison.Ordinal));
            Assert.NotEmpty(link);
        }
    }

    [Fact]
    public void A_disk_that_can_hold_the_tests_has_room()
    {
        using var scratch = new Scratch();
        Assert.True(scratch.HasRoom);
    }
}
