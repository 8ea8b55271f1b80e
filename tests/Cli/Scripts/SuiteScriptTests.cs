namespace Emergence.Cli.Tests.Scripts;

public sealed class SuiteScriptTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Counts_are_summed_over_the_projects_and_said_last()
    {
        Projects(("A", Trx(5, 4, 4, 0), 0), ("B", Trx(7, 7, 7, 0), 0));
        var (code, lines) = _shell.Run("run_suite");
        Assert.Equal(0, code);
        Assert.Equal("11 passed, 0 failed, 1 skipped", lines[^1]);
        Assert.Contains(lines, l => l.StartsWith("A.Tests ", StringComparison.Ordinal) && l.Contains("4 passed, 0 failed, 1 skipped"));
    }

    [Fact]
    public void A_failed_test_fails_the_suite_and_its_log_is_shown()
    {
        Projects(("A", Trx(5, 5, 3, 2), 1), ("B", Trx(1, 1, 1, 0), 0));
        var (code, lines) = _shell.Run("run_suite");
        Assert.NotEqual(0, code);
        Assert.Equal("4 passed, 2 failed, 0 skipped", lines[^1]);
        Assert.Contains("log of A", lines);
        Assert.DoesNotContain("log of B", lines);
    }

    [Fact]
    public void A_test_host_that_crashes_counts_as_a_failure_whatever_it_had_passed()
    {
        Projects(("A", null, 134), ("B", Trx(1, 1, 1, 0), 0));
        var (code, lines) = _shell.Run("run_suite");
        Assert.NotEqual(0, code);
        Assert.Equal("1 passed, 1 failed, 0 skipped", lines[^1]);
        Assert.Contains(lines, l => l.Contains("status 134"));
    }

    [Fact]
    public void A_project_without_a_test_fails_the_suite_but_not_a_filtered_run()
    {
        Projects(("A", Trx(0, 0, 0, 0), 0), ("B", Trx(1, 1, 1, 0), 0));
        Assert.NotEqual(0, _shell.Run("run_suite").Code);
        Assert.Equal((0, "1 passed, 0 failed, 0 skipped"), LastLine("run_suite Something"));
    }

    [Fact]
    public void A_filter_that_matches_nothing_is_a_failure()
    {
        Projects(("A", Trx(0, 0, 0, 0), 0));
        var (code, lines) = _shell.Run("run_suite Nothing");
        Assert.NotEqual(0, code);
        Assert.Equal(["no test ran: nothing matches Nothing", "0 passed, 0 failed, 0 skipped"], lines);
    }

    [Fact]
    public void A_build_is_fresh_until_a_source_the_libtorch_or_a_property_file_changes()
    {
        _shell.Program("dotnet", "exit 0");
        var source = _shell.Write("src/A.cs", "");
        var properties = _shell.Write("Directory.Build.props", "");
        _shell.Write("global.json", "");
        _shell.Write("src/node_modules/a.js", "");
        const string built = "is_built x \"$root/src\" && echo fresh || echo stale";
        Age(_shell.Root);

        Assert.Equal("stale", Assert.Single(_shell.Run(built).Lines));
        _shell.Run("build x \"$root/src\"");
        Assert.Equal("fresh", Assert.Single(_shell.Run(built).Lines));
        Assert.Equal("stale", Assert.Single(_shell.Run(built, ("EMERGENCE_LIBTORCH", "/other")).Lines));

        foreach (var file in new[] { source, properties })
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(1));
            Assert.Equal("stale", Assert.Single(_shell.Run(built).Lines));
            Age(_shell.Root);
        }

        File.SetLastWriteTimeUtc(Path.Combine(_shell.Root, "src/node_modules/a.js"), DateTime.UtcNow.AddHours(1));
        Assert.Equal("fresh", Assert.Single(_shell.Run(built).Lines));
    }

    [Fact]
    public void A_build_that_fails_shows_its_log_and_leaves_no_stamp()
    {
        _shell.Program("dotnet", "echo CS1002; exit 1");
        var (code, lines) = _shell.Run("build x \"$root/src\"");
        Assert.NotEqual(0, code);
        Assert.Contains("CS1002", lines);
        Assert.False(File.Exists(Path.Combine(_shell.Root, "artifacts/x.built")));
    }

    [Fact]
    public void A_missing_part_that_cannot_be_installed_is_named_with_the_command_that_mends_it()
    {
        _shell.Program("dpkg-query", "exit 1");
        _shell.Program("id", "echo 1000");
        _shell.Program("sudo", "exit 1");
        _shell.Program("apt-get", "exit 1");
        var (code, lines) = _shell.Run("need_debian libtorch-dev");
        Assert.NotEqual(0, code);
        Assert.Contains("missing: libtorch-dev. As root: apt-get update && apt-get install -y --no-install-recommends libtorch-dev", Assert.Single(lines));
    }

    [Fact]
    public void A_Python_module_is_found_in_the_Python_that_was_named_and_in_no_other()
    {
        _shell.Program("with", "exit 0");
        _shell.Program("without", "exit 1");
        _shell.Program("python3", "exit 0");
        const string found = "has_python torch && echo found || echo missing";
        Assert.Equal("found", Assert.Single(_shell.Run(found, ("PYTHON", "with")).Lines));
        Assert.Equal("missing", Assert.Single(_shell.Run(found, ("PYTHON", "without")).Lines));
        Assert.Equal("missing", Assert.Single(_shell.Run(found, ("PYTHON", "no-such-program")).Lines));
        Assert.Equal("found", Assert.Single(_shell.Run(found, ("PYTHON", "")).Lines));
    }

    private static string Trx(int total, int executed, int passed, int failed) =>
        $"<TestRun><ResultSummary><Counters total=\"{total}\" executed=\"{executed}\" passed=\"{passed}\" failed=\"{failed}\" error=\"0\" /></ResultSummary></TestRun>";

    private static void Age(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Where(p => !p.Contains("artifacts", StringComparison.Ordinal)).OrderByDescending(p => p.Length))
            Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
    }

    private (int Code, string Last) LastLine(string commands)
    {
        var (code, lines) = _shell.Run(commands);
        return (code, lines[^1]);
    }

    /// <summary>A dotnet whose test runs leave the given result files and exit codes.</summary>
    private void Projects(params (string Name, string? Trx, int Code)[] projects)
    {
        foreach (var (name, trx, _) in projects)
        {
            if (trx is not null)
                _shell.Write($"trx/{name}.Tests", trx);
        }

        var list = string.Join('\n', projects.Select(p => $"tests\\{p.Name}\\{p.Name}.Tests.csproj"));
        var codes = string.Concat(projects.Select(p => $"*.{p.Name}.Tests.dll) name={p.Name}; code={p.Code};; "));
        _shell.Program("dotnet", $"""
            if [ "$1" = sln ]; then printf '%s\n' 'Project(s)' '{list}'; exit 0; fi
            case "$2" in {codes}esac
            echo "log of $name"
            results='{_shell.Root}/artifacts/test-results'
            [ ! -e '{_shell.Root}'/trx/$name.Tests ] || cp '{_shell.Root}'/trx/$name.Tests "$results/$name.Tests.trx"
            exit $code
            """);
    }
}
