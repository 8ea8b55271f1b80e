using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.Cli.Tests.Runs;

namespace Emergence.Cli.Tests.Commands;

public sealed class TailCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task The_newest_checkpoint_is_printed_as_aligned_rows()
    {
        Assert.Equal(0, await Tail("--category", "modal"));
        var lines = _program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^  step   layer  facet     category +best_f1", lines[0]);
        Assert.Matches(@"^    64       0  pos       modal +0\.\d+", lines[1]);
        Assert.Matches(@"^    64       1  pos       modal", lines[2]);
    }

    [Fact]
    public async Task As_JSON_each_row_is_an_object_with_the_tables_column_names()
    {
        Assert.Equal(0, await Tail("--json", "--table", "health", "--last", "0", "--layer", "1"));
        var rows = _program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal([0, 4, 64], rows.Select(r => r.GetProperty("step").GetInt64()));
        Assert.All(rows, r => Assert.Equal(0.25, r.GetProperty("fvu").GetDouble()));
    }

    [Fact]
    public async Task A_filter_the_table_lacks_and_a_table_there_is_not_are_wrong_usage()
    {
        Assert.Equal(2, await Tail("--table", "health", "--facet", "pos"));
        Assert.Contains("table health has no column facet", _program.Error);
        Assert.Equal(2, await Tail("--table", "weights"));
        Assert.Contains("there is no table \"weights\"", _program.Error);
    }

    [Fact]
    public async Task A_folder_that_is_no_run_is_bad_input()
    {
        Assert.Equal(3, await _program.RunAsync(TailCommand.Create(_program.Host), "tail", _program.Folder));
        Assert.Contains("it is not a run folder", _program.Error);
    }

    private Task<int> Tail(params string[] more) =>
        _program.RunAsync(TailCommand.Create(_program.Host), ["tail", CommittedRun.In(Path.Combine(_program.Folder, Guid.NewGuid().ToString()), 0, 4, 64), .. more]);
}
