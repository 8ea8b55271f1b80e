using Emergence.Cli.Doctor;

namespace Emergence.Cli.Tests.Doctor;

public sealed class NpmPartsCheckTests
{
    [Fact]
    public void A_folder_with_a_lock_and_nothing_installed_is_a_fault_that_npm_ci_mends()
    {
        var home = Directory.CreateTempSubdirectory("emergence-npm-").FullName;
        Touch(home, "data/package-lock.json");
        Touch(home, "src/A/package-lock.json");
        Touch(home, "src/A/node_modules/.package-lock.json");
        Touch(home, "src/A/node_modules/inner/package-lock.json");

        var results = new NpmPartsCheck(home).Check().ToArray();
        Assert.Equal([CheckState.Fault, CheckState.Ok], results.Select(r => r.State));
        Assert.Contains("npm ci", results[0].Remedy);
        Directory.Delete(home, recursive: true);
    }

    private static void Touch(string home, string path)
    {
        var file = Path.Combine(home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "{}");
    }
}
