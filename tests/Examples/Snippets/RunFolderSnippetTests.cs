using System.Globalization;
using System.Text.RegularExpressions;
using Emergence.Examples.Tests.Kafka;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;
using Emergence.TestKit;

namespace Emergence.Examples.Tests.Snippets;

/// <summary>The snippets of the examples' pages that read a run folder.</summary>
public sealed class RunFolderSnippetTests : IDisposable
{
    private const string JavaScript = "examples/javascript/README.md";
    private static readonly long[] _steps = [1, 4, 16];
    private readonly TemporaryFolder _folder = new();

    public RunFolderSnippetTests()
    {
        foreach (var step in _steps)
        {
            var folder = Directory.CreateDirectory(_folder[$"step-{step:D10}"]).FullName;
            using var file = File.Create(Path.Combine(folder, TableSchema.FileOf(Tables.Curves)));
            ArrowTables.WriteFile(file, Tables.Curves, new RunIdentity("demo", "tiny", 1234, "1", "tests"), new CheckpointResult(step, step * 1000, Rows(step), [], [], [], []));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Apache_Arrow_for_JavaScript_prints_the_rows_above_their_null()
    {
        var output = await RunAsync(ReadmeBlocks.Of(JavaScript, "js").Single(b => b.Contains("from 'apache-arrow'", StringComparison.Ordinal)), ConsumerPrograms.JavaScriptFolder);
        Assert.Equal(
            _steps.SelectMany(step => Rows(step).Where(r => r.AboveNull).Select(r => string.Create(CultureInfo.InvariantCulture, $"{step} {r.Layer} {r.Facet} {r.Category} {r.BestF1.Value:R}"))),
            output.Split('\n'));
    }

    [PolarsFact]
    public async Task Polars_for_node_finds_the_first_step_of_each_category()
    {
        var output = await RunAsync(ReadmeBlocks.Of(JavaScript, "js").Single(b => b.Contains("from 'nodejs-polars'", StringComparison.Ordinal)), PolarsFactAttribute.Folder);
        var expected = Rows(1).Where(r => r.AboveNull).OrderBy(r => r.Layer).ThenBy(r => r.Facet, StringComparer.Ordinal).ThenBy(r => r.Category, StringComparer.Ordinal);
        Assert.Equal(
            expected.Select(r => $"layer: {r.Layer}, facet: '{r.Facet}', category: '{r.Category}', first_step: 1"),
            Regex.Matches(Regex.Replace(output, @"\s+", " "), @"\{ (.*?) \}").Select(m => m.Groups[1].Value.Replace("1n", "1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_snippets_in_Python_are_Python_and_name_columns_that_are_there()
    {
        var blocks = ReadmeBlocks.Of("examples/python/README.md", "python").Where(b => b.Contains("curves", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, blocks.Count);
        using var batch = ArrowTables.Encode(Tables.Curves, new RunIdentity("demo", "tiny", 1234, "1", "tests"), new CheckpointResult(1, null, Rows(1), [], [], [], []));
        var columns = batch.Schema.FieldsList.Select(f => f.Name).ToHashSet();
        foreach (var block in blocks)
        {
            var script = Path.Combine(_folder[""], "snippet.py");
            await File.WriteAllTextAsync(script, block);
            using var python = new LineProcess(ConsumerPrograms.Redirected("python3", "-B", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", script));
            await python.EndAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(python.ExitCode == 0, python.Error);
            var named = Regex.Matches(block, @"""([a-z][a-z0-9_]*)""").Select(m => m.Groups[1].Value).Except(["ipc", "first_step"])
                .Concat(Regex.Matches(block, @"(?<=select |, |where |min\()(layer|facet|category|step|above_null)\b").Select(m => m.Value));
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, columns));
        }
    }

    private static List<CurveRow> Rows(long step) => [.. PublishedCurves.Rows(step, 0), .. PublishedCurves.Rows(step, 1)];

    private async Task<string> RunAsync(string snippet, string packages)
    {
        // A module finds its packages beside itself.
        var script = Path.Combine(packages, $"snippet-{Guid.NewGuid():N}.tmp.mjs");
        await File.WriteAllTextAsync(script, snippet.Replace("runs/demo", _folder["."], StringComparison.Ordinal));
        try
        {
            using var node = new LineProcess(ConsumerPrograms.Redirected("node", script));
            await node.EndAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(node.ExitCode == 0, node.Error);
            return node.Output;
        }
        finally
        {
            File.Delete(script);
        }
    }
}
