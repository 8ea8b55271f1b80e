using Emergence.Cli.Doctor;

namespace Emergence.Cli.Tests.Doctor;

public sealed class LoadedLibrariesTests
{
    [Fact]
    public void Each_library_is_named_once_by_its_path()
    {
        string[] maps =
        [
            "7f00-7f01 r--p 00000000 08:01 12   /usr/lib/x/libopenblas-r0.3.21.so",
            "7f01-7f02 r-xp 00001000 08:01 12   /usr/lib/x/libopenblas-r0.3.21.so",
            "7f02-7f03 rw-p 00000000 00:00 0    [heap]",
            "7f03-7f04 rw-p 00000000 00:00 0",
            "7f04-7f05 r--p 00000000 08:01 13   /usr/lib/x/libgomp.so.1",
        ];
        Assert.Equal(["/usr/lib/x/libopenblas-r0.3.21.so"], LoadedLibraries.Named(maps, "libopenblas", "libblas"));
    }
}
