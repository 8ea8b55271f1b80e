using System.Text.RegularExpressions;

namespace Emergence.Examples.Tests;

/// <summary>The examples' own tests, in Python.</summary>
public sealed partial class PythonTests
{
    private const string File = "test_emergence_checkpoints.py";

    [TorchFact]
    public async Task The_tests_of_the_Python_examples_pass()
    {
        using var tests = new LineProcess(PythonWithTorch.Script(File));
        await tests.EndAsync();
        var written = WrittenTest().Count(await System.IO.File.ReadAllTextAsync(Path.Combine(PythonWithTorch.Scripts, File)));

        // Standard error has a line for each test.
        Assert.True(tests.ExitCode == 0, tests.Error);
        Assert.NotEqual(0, written);
        Assert.Contains($"Ran {written} tests", tests.Error);
    }

    [GeneratedRegex(@"^    def test_", RegexOptions.Multiline)]
    private static partial Regex WrittenTest();
}
